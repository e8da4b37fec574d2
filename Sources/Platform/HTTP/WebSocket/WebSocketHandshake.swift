/// Judges a request that wants to become a WebSocket (RFC 6455 §4.2), and writes the answer.
package enum WebSocketHandshake {
    /// What this server agrees to.
    package struct Policy: Sendable {
        package enum Compression: Sendable { case never, ifOffered }

        /// Ours, the dearest first; the first one that the client offers too is chosen. If the client offers only others, no
        /// subprotocol is agreed on, and the client decides whether to stay.
        package var subprotocols: [String] = []
        /// Asked with the `Origin` header, which browsers send and programs don't.
        package var allowsOrigin: @Sendable (String?) -> Bool = { _ in true }
        package var compression = Compression.never

        package init() {}
    }

    /// What both sides now hold to. `response` is the 101 that says so.
    package struct Agreement: Sendable {
        package let response: Response
        package let subprotocol: String?
        /// Whether permessage-deflate was agreed on: then the `WebSocket` is given the loop's `MessageCompression`.
        package let isCompressed: Bool
    }

    package enum Verdict: Sendable {
        case accepted(Agreement)
        /// Answered like any other request; the connection stays what it was.
        case refused(Response)
    }

    /// Whether a request asks for a WebSocket at all, rightly or wrongly.
    package static func isAskedFor(by request: Request) -> Bool { request.headers.lists("websocket", in: "Upgrade") }

    package static func judge(_ request: Request, _ policy: Policy) -> Verdict {
        let headers = request.headers
        guard request.method == .get, !request.isLegacy, headers.lists("websocket", in: "Upgrade"),
            headers.lists("upgrade", in: "Connection")
        else { return .refused(.text("This address is for WebSockets.\n", status: .badRequest)) }
        guard headers.values(of: "Sec-WebSocket-Version") == ["13"] else {
            return .refused(Response(.upgradeRequired).with("Sec-WebSocket-Version", "13"))
        }
        let keys = headers.values(of: "Sec-WebSocket-Key")
        guard keys.count == 1, let key = WebSocketKey(keys[0]) else {
            return .refused(.text("Sec-WebSocket-Key is not sixteen bytes in base64.\n", status: .badRequest))
        }
        guard request.body.isEmpty, let extensions = offers(headers) else {
            return .refused(.text("The handshake is malformed.\n", status: .badRequest))
        }
        guard policy.allowsOrigin(headers["Origin"]) else { return .refused(Response(.forbidden)) }
        return .accepted(agree(key, headers, extensions, policy))
    }

    private static func agree(
        _ key: WebSocketKey, _ headers: Headers, _ extensions: [WebSocketExtension], _ policy: Policy
    ) -> Agreement {
        let isCompressed: Bool =
            switch policy.compression {
            case .never: false
            case .ifOffered: extensions.contains { $0.isAcceptableOffer }
            }
        let offered = headers.values(of: "Sec-WebSocket-Protocol").flatMap { $0.split(separator: ",") }
            .map { String($0).trimmingBlanks }
        let subprotocol = policy.subprotocols.first { offered.contains($0) }
        var answer = Headers()
        answer.add("Upgrade", "websocket")
        answer.add("Connection", "Upgrade")
        answer.add("Sec-WebSocket-Accept", key.accept)
        if let subprotocol { answer.add("Sec-WebSocket-Protocol", subprotocol) }
        if isCompressed { answer.add("Sec-WebSocket-Extensions", WebSocketExtension.deflate) }
        return Agreement(
            response: Response(.switchingProtocols, headers: answer), subprotocol: subprotocol,
            isCompressed: isCompressed)
    }

    private static func offers(_ headers: Headers) -> [WebSocketExtension]? {
        var all: [WebSocketExtension] = []
        for value in headers.values(of: "Sec-WebSocket-Extensions") {
            guard let list = WebSocketExtension.list(value) else { return nil }
            all += list
        }
        return all
    }
}
