import HTTP
import Loop
import Synchronization
import TestKit

/// Somebody who is told of events: a real server that keeps what came, and answers as it was told to.
final class WebhookReceiver: Sendable {
    struct Delivery: Sendable {
        let path: String
        let id: String
        let timestamp: String
        let signature: String
        let body: [UInt8]
    }

    typealias Answer = @Sendable (Delivery) async throws -> Response

    private struct State {
        var deliveries: [Delivery] = []
        var answer: Answer
        var running = 0
        var runningMax = 0
    }

    private let state: Mutex<State>
    private let port = Mutex<UInt16>(0)

    private init(_ answer: @escaping Answer) { state = Mutex(State(answer: answer)) }

    static func with(
        answering answer: @escaping Answer = { _ in Response(.noContent) },
        _ body: @escaping @Sendable (WebhookReceiver) async throws -> Void
    ) async throws {
        let receiver = WebhookReceiver(answer)
        try await ServerUnderTest.with(
            handler: { try await receiver.receive($0) },
            body: { server in
                receiver.port.withLock { $0 = server.server.port }
                try await body(receiver)
            })
    }

    func url(_ path: String = "/hook", host: String = "127.0.0.1") -> String {
        "http://\(host):\(port.withLock { $0 })\(path)"
    }

    func answer(_ answer: @escaping Answer) { state.withLock { $0.answer = answer } }

    var deliveries: [Delivery] { state.withLock { $0.deliveries } }
    /// How many were answered at a time, at most.
    var runningMax: Int { state.withLock { $0.runningMax } }

    func deliveries(to path: String) -> [Delivery] { deliveries.filter { $0.path == path } }

    private func receive(_ request: Request) async throws -> Response {
        let delivery = Delivery(
            path: request.path, id: request.headers["webhook-id"] ?? "",
            timestamp: request.headers["webhook-timestamp"] ?? "",
            signature: request.headers["webhook-signature"] ?? "", body: request.body)
        let answer = state.withLock { state in
            state.deliveries.append(delivery)
            state.running += 1
            state.runningMax = max(state.runningMax, state.running)
            return state.answer
        }
        defer { state.withLock { $0.running -= 1 } }
        return try await answer(delivery)
    }
}
