/// Answers requests. It runs on the connection's loop, must not block, and is cancelled when the client goes away.
package typealias Handler = @Sendable (Request) async throws -> Response

/// Answers requests at once, from what is in memory: it can wait for nothing, and costs no task.
package typealias PromptHandler = @Sendable (Request) throws -> Response

/// How a request comes by its answer.
package enum Answering: Sendable {
    case atOnce(PromptHandler)
    case waiting(Handler)

    /// The same answer, for somebody who can wait.
    var handler: Handler {
        switch self {
        case .waiting(let handler): handler
        case .atOnce(let handler): { request in try handler(request) }
        }
    }
}
