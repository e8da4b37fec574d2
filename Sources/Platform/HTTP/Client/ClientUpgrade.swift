import Wire

/// A client's half of the opening handshake (RFC 6455 §4.1), pure: the request to send, and the answer to insist on.
struct ClientUpgrade: ~Copyable {
    struct Agreement: Equatable {
        let subprotocol: String?
        let isCompressed: Bool
    }

    private let key: WebSocketKey
    private let settings: WebSocketClientSettings
    private var head = ResponseHead()
    private var line: [UInt8] = []

    init(_ settings: WebSocketClientSettings, key: WebSocketKey = .random()) {
        self.settings = settings
        self.key = key
    }

    func appendRequest(for url: ClientURL, to queue: inout ByteQueue) {
        queue.append("GET \(url.target) HTTP/1.1\r\nHost: \(url.authority)\r\n" as String)
        queue.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" as StaticString)
        queue.append("Sec-WebSocket-Key: \(key.text)\r\n" as String)
        if !settings.subprotocols.isEmpty {
            queue.append("Sec-WebSocket-Protocol: \(settings.subprotocols.joined(separator: ", "))\r\n" as String)
        }
        if settings.compression == .offered {
            queue.append("Sec-WebSocket-Extensions: \(WebSocketExtension.deflate)\r\n" as String)
        }
        for (name, value) in settings.headers.all { queue.append("\(name): \(value)\r\n" as String) }
        queue.append("\r\n" as StaticString)
    }

    /// Takes the answer's bytes from `position` on; nil while it is not whole. What follows it are frames.
    mutating func take(_ bytes: Span<UInt8>, from position: inout Int) throws(HTTPClientError.Code) -> Agreement? {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            line.append(byte)
            guard line.count <= settings.headBytesMax else { throw .headTooLarge }
            guard byte == UInt8(ascii: "\n") else { continue }
            let text = String(decoding: line, as: UTF8.self)
            line.removeAll(keepingCapacity: true)
            switch head.line(text, sizeMax: settings.headBytesMax) {
            case .bad: throw .badResponse
            case .tooLarge: throw .headTooLarge
            case .complete, .more:
                // 101 is an interim status to the HTTP client, but the end of the matter here.
                if text == "\r\n", let status = head.status { return try judge(status) }
            }
        }
        return nil
    }

    /// Of an answer that was a refusal.
    var retryAfter: String? { head.headers[.retryAfter] }

    private func judge(_ status: Status) throws(HTTPClientError.Code) -> Agreement {
        let headers = head.headers
        guard status == .switchingProtocols else { throw .upgradeRefused(status.rawValue) }
        guard headers.lists("websocket", in: "Upgrade"), headers.lists("upgrade", in: "Connection"),
            headers.values(of: "Sec-WebSocket-Accept") == [key.accept]
        else { throw .badResponse }
        let chosen = headers.values(of: "Sec-WebSocket-Protocol")
        guard chosen.count <= 1, chosen.allSatisfy(settings.subprotocols.contains) else { throw .badResponse }
        var extensions: [WebSocketExtension] = []
        for value in headers.values(of: "Sec-WebSocket-Extensions") {
            guard let list = WebSocketExtension.list(value) else { throw .badResponse }
            extensions += list
        }
        let isOffered = settings.compression == .offered
        guard extensions.isEmpty || (isOffered && extensions.count == 1 && extensions[0].isAcceptableAnswer) else {
            throw .badResponse
        }
        return Agreement(subprotocol: chosen.first, isCompressed: !extensions.isEmpty)
    }
}
