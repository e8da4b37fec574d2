import Wire

/// Writes frames: the sending half of RFC 6455. Messages go out whole, in one frame each; a client's are masked, with a
/// fresh key for every frame.
struct WebSocketEncoder {
    private let role: WebSocketRole
    private let compression: MessageCompression?
    private let compressionBytesMin: Int
    private var keys = WebSocketMaskKeys()

    init(role: WebSocketRole, compression: MessageCompression?, compressionBytesMin: Int) {
        self.role = role
        self.compression = compression
        self.compressionBytesMin = compressionBytesMin
    }

    mutating func message(_ kind: WebSocketMessage.Kind, _ payload: Span<UInt8>, onto queue: inout ByteQueue) {
        guard let compression, payload.count >= compressionBytesMin else {
            return frame(WebSocketOpcode(kind).rawValue, payload, onto: &queue)
        }
        compression.packed(payload) { packed in
            // 0x40 is RSV1: "this message is compressed".
            frame(WebSocketOpcode(kind).rawValue | 0x40, packed, onto: &queue)
        }
    }

    /// A ping or a pong; the payload is at most 125 bytes.
    mutating func control(_ opcode: WebSocketOpcode, _ payload: Span<UInt8>, onto queue: inout ByteQueue) {
        precondition(opcode.isControl && payload.count <= 125, "no control frame")
        frame(opcode.rawValue, payload, onto: &queue)
    }

    /// A close frame. `.absent` gives none; what of the reason does not fit is cut off between characters.
    mutating func close(_ code: WebSocketCloseCode, _ reason: String, onto queue: inout ByteQueue) {
        guard code != .absent else { return frame(WebSocketOpcode.close.rawValue, Span(), onto: &queue) }
        precondition(code.mayBeSent, "close code \(code) may not be sent")
        var payload = [UInt8(code.number >> 8), UInt8(code.number & 0xff)]
        for character in reason.unicodeScalars {
            let bytes = UTF8.encode(character)
            guard let bytes, payload.count + bytes.count <= 125 else { break }
            payload.append(contentsOf: bytes)
        }
        frame(WebSocketOpcode.close.rawValue, payload.span, onto: &queue)
    }

    private mutating func frame(_ start: UInt8, _ payload: Span<UInt8>, onto queue: inout ByteQueue) {
        let count = payload.count
        let masked: UInt8 = role == .client ? 0x80 : 0
        queue.reserve(count + 14)
        queue.append(0x80 | start)
        if count < 126 {
            queue.append(masked | UInt8(count))
        } else if count <= 0xffff {
            queue.append(masked | 126)
            queue.append(UInt8(count >> 8))
            queue.append(UInt8(count & 0xff))
        } else {
            queue.append(masked | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                queue.append(UInt8(truncatingIfNeeded: count >> shift))
            }
        }
        switch role {
        case .server: queue.append(payload)
        case .client:
            var mask = WebSocketMask(key: keys.next())
            mask.appendKey(to: &queue)
            mask.append(payload, to: &queue)
        }
    }
}
