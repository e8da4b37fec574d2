/// A response that makes its connection a WebSocket.
package struct WebSocketUpgrade: Sendable {
    let subprotocol: String?
    let isCompressed: Bool
    let limits: WebSocketLimits
    /// Lives as long as it wants to. When it returns the WebSocket is closed, if it is not yet.
    let run: @Sendable (WebSocket) async throws -> Void
}

extension Response {
    /// Answers the handshake: with 101 and a WebSocket for `run`, or with what is wrong about it.
    ///
    /// `run` is a task on the connection's loop. A peer that goes away does not cancel it: it learns so from the WebSocket,
    /// and may put its things in order. When the server drains, the WebSocket is closed with 1001.
    package static func webSocket(
        for request: Request, _ policy: WebSocketHandshake.Policy = WebSocketHandshake.Policy(),
        limits: WebSocketLimits = WebSocketLimits(), run: @escaping @Sendable (WebSocket) async throws -> Void
    ) -> Response {
        switch WebSocketHandshake.judge(request, policy) {
        case .refused(let response): return response
        case .accepted(let agreement):
            var response = agreement.response
            response.body = .webSocket(
                WebSocketUpgrade(
                    subprotocol: agreement.subprotocol, isCompressed: agreement.isCompressed, limits: limits, run: run))
            return response
        }
    }
}
