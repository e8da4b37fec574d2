/// What a peer did that ends the connection, and what it is told.
struct WebSocketViolation: Error, Hashable {
    let code: WebSocketCloseCode
    let reason: String

    init(_ code: WebSocketCloseCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    static func broke(_ reason: String) -> WebSocketViolation { WebSocketViolation(.protocolError, reason) }
    static let tooBig = WebSocketViolation(.messageTooBig, "message too big")
    static let notUTF8 = WebSocketViolation(.invalidData, "text is not UTF-8")
}
