/// Answers requests. It runs on the connection's loop, must not block, and is cancelled when the client goes away.
package typealias Handler = @Sendable (Request) async throws -> Response

/// Stands before a handler: it may answer itself, or hand the request on and look at what comes back.
package typealias Middleware = @Sendable (Request, Handler) async throws -> Response
