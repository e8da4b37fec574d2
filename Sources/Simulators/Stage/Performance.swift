import HTTP
import Loop
import Wire

/// One socket on the stage: sends what a simulator says, unless its trouble has come. On its loop's thread alone.
final class Performance: @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    let socket: WebSocket
    let stage: Stage
    private let trouble: SimulatedTrouble
    private let latency: Duration
    private var said = 0

    init(_ socket: WebSocket, _ stage: Stage, _ trouble: SimulatedTrouble, latency: Duration) {
        (self.socket, self.stage, self.trouble, self.latency) = (socket, stage, trouble, latency)
    }

    /// `failure` makes an error of the protocol out of a status.
    func say(_ message: JSONValue, failure: (UInt16) -> JSONValue) async throws {
        if latency > .zero { try await socket.loop.sleep(for: latency) }
        switch trouble {
        case .slowBeginning(let delay) where said == 0: try await socket.loop.sleep(for: delay)
        case .stalls(let count) where said >= count: return
        case .disconnects(let count) where said >= count:
            return socket.close(.internalError, "gone")
        case .malformed(let count) where said == count:
            try await send("{\"type\":\"Results\",\"channel\":")
            said += 1
            return
        case .fails(let count, let status) where said == count:
            try await send(failure(status).written)
            said += 1
            return
        default: break
        }
        try await send(message.written)
        said += 1
    }

    private func send(_ text: String) async throws {
        stage.note { $0.messagesOut += 1 }
        try await socket.send(text)
    }
}

extension JSONValue {
    var written: String { String(decoding: bytes(), as: UTF8.self) }

    static func seconds(_ time: Int64) -> JSONValue { .double(Double(time) / 1_000) }
}
