package import Loop
import Synchronization

/// Brings finished spans to an OpenTelemetry collector in batches, through a transport it is given.
///
/// Spans wait in memory, `waitingMax` at most; what comes when that is full is dropped and counted. A batch goes out
/// every `rhythm`, or as soon as one is full. `run` is its life; it lives on one loop and sends what is left when it is
/// told to stop.
package final class SpanExporter: Sendable {
    package static let waitingMax = 2_048
    package static let batchMax = 512
    package static let rhythm = Duration.seconds(5)

    /// Sends one body and answers what came of it. Throwing counts as "unreachable".
    package typealias Transport = @Sendable (_ body: [UInt8], _ headers: [TraceHeader]) async throws -> ExportReply

    package struct Statistics: Sendable, Equatable {
        package var sent: UInt64 = 0
        /// Lost because too many waited.
        package var overflowed: UInt64 = 0
        /// Lost because the collector did not take them.
        package var refused: UInt64 = 0
    }

    private struct State {
        var waiting: [FinishedSpan] = []
        var statistics = Statistics()
    }

    private let state = Mutex(State())
    private let resource: TraceResource
    private let headers: [TraceHeader]
    private let send: Transport
    private let bell: Bell

    package init(resource: TraceResource, headers: [TraceHeader], loop: Loop, send: @escaping Transport) {
        self.resource = resource
        self.headers = headers
        self.send = send
        bell = Bell(loop: loop)
    }

    package var statistics: Statistics { state.withLock { $0.statistics } }

    /// From any thread; never waits.
    func take(_ span: FinishedSpan) {
        let isFull = state.withLock { state in
            guard state.waiting.count < Self.waitingMax else {
                state.statistics.overflowed += 1
                return false
            }
            state.waiting.append(span)
            return state.waiting.count == Self.batchMax
        }
        if isFull { bell.ring() }
    }

    /// Sends batches until `stop`, then what is left. Cancelled, it gives up at once and counts what is left as
    /// refused.
    package func run() async {
        while await bell.wait(atMost: Self.rhythm) { await sendWaiting() }
        await sendWaiting()
        abandonWaiting()
    }

    package func stop() { bell.stop() }

    private func sendWaiting() async {
        while !Task.isCancelled {
            let batch = state.withLock { state in
                let batch = Array(state.waiting.prefix(Self.batchMax))
                state.waiting.removeFirst(batch.count)
                return batch
            }
            if batch.isEmpty { return }
            let isDelivered = await deliver(OTLPBody.of(batch, resource))
            state.withLock { state in
                if isDelivered {
                    state.statistics.sent += UInt64(batch.count)
                } else {
                    state.statistics.refused += UInt64(batch.count)
                }
            }
        }
    }

    private func abandonWaiting() {
        state.withLock { state in
            state.statistics.refused += UInt64(state.waiting.count)
            state.waiting.removeAll()
        }
    }

    private func deliver(_ body: [UInt8]) async -> Bool {
        var pace = ExportPace()
        while true {
            let reply: ExportReply
            do {
                reply = try await send(body, headers)
            } catch {
                // Why there was no answer makes no difference to what we do, and the counters show that it happened.
                reply = .unreachable
            }
            switch pace.answered(reply, jitter: .random(in: 0...1)) {
            case .delivered: return true
            case .dropped: return false
            case .again(let pause):
                guard await bell.pause(for: pause) else { return false }
            }
        }
    }
}
