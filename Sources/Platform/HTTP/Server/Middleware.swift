/// Stands before handlers: it may answer itself, or hand the request on and look at what comes back.
///
/// It is a plain function around the next one. What never waits itself may say so in a second function, so that a route that
/// answers at once still does with it in front.
package struct Middleware: Sendable {
    package typealias Waiting = @Sendable (Request, Handler) async throws -> Response
    package typealias AtOnce = @Sendable (Request, PromptHandler) throws -> Response

    private let waiting: Waiting
    private let atOnce: AtOnce?

    /// `atOnce` does the same as `waiting`, around a handler that does not wait.
    package init(_ waiting: @escaping Waiting, atOnce: AtOnce? = nil) {
        self.waiting = waiting
        self.atOnce = atOnce
    }

    func around(_ next: Answering) -> Answering {
        if case .atOnce(let handler) = next, let atOnce { return .atOnce { try atOnce($0, handler) } }
        let (waiting, handler) = (waiting, next.handler)
        return .waiting { try await waiting($0, handler) }
    }
}
