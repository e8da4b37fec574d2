import Wire

/// Turns the bytes that arrive on a WebSocket into messages and control frames: the receiving half of RFC 6455, pure.
///
/// `advance` is called with the same run of bytes until it answers `.needsMore`; `withPayload` lends what belongs to the last
/// event. Bytes may arrive cut anywhere: each is copied once, unmasked on the way, and nothing is ever looked at twice.
/// Memory grows with what has arrived, not with what a header promises, and is given back once a message is delivered.
/// After a violation it must not be used again.
struct WebSocketDecoder: ~Copyable {
    enum Event: Hashable {
        case needsMore
        case message(WebSocketMessage.Kind)
        case ping
        case pong
        case close(WebSocketCloseCode, reason: String)
    }

    private enum Stage {
        /// Collecting a frame's header → payload
        case header
        /// Collecting its payload → header
        case payload
    }

    private struct Frame {
        var opcode = WebSocketOpcode.continuation
        var isFinal = true
        var remaining = 0
        var mask: WebSocketMask?

        mutating func append(_ piece: Span<UInt8>, to queue: inout ByteQueue) {
            if mask == nil { queue.append(piece) } else { mask?.append(piece, to: &queue) }
        }
    }

    private enum Message {
        /// → open
        case none
        /// Its first frame has come, its last one not yet → none
        case open(WebSocketMessage.Kind, isPacked: Bool)
    }

    private let role: WebSocketRole
    private let sizeMax: Int
    private let compression: MessageCompression?

    private var stage = Stage.header
    private var header: InlineArray<14, UInt8> = .init(repeating: 0)
    private var headerCount = 0
    private var frame = Frame()
    private var message = Message.none
    private var checker = UTF8Checker()
    /// The payload of the message under way; that of control frames apart, since they may come in between.
    private var body = ByteQueue()
    private var control = ByteQueue()
    private var last = Event.needsMore

    /// `compression` is what was negotiated; without it compressed messages are violations.
    init(role: WebSocketRole, sizeMax: Int, compression: MessageCompression?) {
        self.role = role
        self.sizeMax = sizeMax
        self.compression = compression
    }

    /// Lends the bytes of the last message, ping or pong.
    func withPayload<Value>(_ use: (Span<UInt8>) -> Value) -> Value {
        if case .message = last { use(body.bytes) } else { use(control.bytes) }
    }

    /// Takes bytes of `input` from `position` on, up to the next event.
    mutating func advance(_ input: Span<UInt8>, from position: inout Int) throws(WebSocketViolation) -> Event {
        letGo()
        while true {
            switch stage {
            case .header:
                guard try readHeader(input, &position) else { return .needsMore }
                stage = .payload
            case .payload:
                try take(input, &position)
                guard frame.remaining == 0 else { return .needsMore }
                stage = .header
                if let event = try finishFrame() {
                    last = event
                    return event
                }
            }
        }
    }

    private mutating func letGo() {
        switch last {
        case .needsMore: return
        case .message:
            body.removeAll()
            body.release()
        case .ping, .pong, .close:
            control.removeAll()
            control.release()
        }
        last = .needsMore
    }

    // MARK: - The header

    /// Answers whether the header is whole. Each part is judged as soon as it is there.
    private mutating func readHeader(_ input: Span<UInt8>, _ position: inout Int) throws(WebSocketViolation) -> Bool {
        while position < input.count {
            header[headerCount] = input[position]
            headerCount += 1
            position += 1
            if headerCount == 2 { try judgeStart() }
            guard headerCount >= 2 else { continue }
            if headerCount == lengthEnd { try judgeLength() }
            if headerCount == headerEnd {
                if isMasked {
                    let key = lengthEnd
                    frame.mask = WebSocketMask(
                        bytes: header[key], header[key + 1], header[key + 2], header[key + 3])
                } else {
                    frame.mask = nil
                }
                headerCount = 0
                return true
            }
        }
        return false
    }

    private var isMasked: Bool { header[1] & 0x80 != 0 }

    private var lengthEnd: Int {
        switch header[1] & 0x7f {
        case 126: 4
        case 127: 10
        default: 2
        }
    }

    private var headerEnd: Int { lengthEnd + (isMasked ? 4 : 0) }

    private mutating func judgeStart() throws(WebSocketViolation) {
        guard header[0] & 0x30 == 0 else { throw .broke("reserved bits set") }
        guard let opcode = WebSocketOpcode(rawValue: header[0] & 0x0f) else { throw .broke("unknown opcode") }
        let isPacked = header[0] & 0x40 != 0
        frame.opcode = opcode
        frame.isFinal = header[0] & 0x80 != 0
        switch (role, isMasked) {
        case (.server, false): throw .broke("frame not masked")
        case (.client, true): throw .broke("frame masked")
        default: break
        }
        if opcode.isControl {
            guard frame.isFinal else { throw .broke("control frame in fragments") }
            guard header[1] & 0x7f <= 125 else { throw .broke("control frame too long") }
            guard !isPacked else { throw .broke("reserved bits set") }
            return
        }
        guard !isPacked || (compression != nil && opcode != .continuation) else { throw .broke("reserved bits set") }
        switch (opcode, message) {
        case (.continuation, .none): throw .broke("continuation of nothing")
        case (.continuation, .open): break
        case (_, .open): throw .broke("new message inside another")
        case (_, .none): message = .open(opcode == .text ? .text : .binary, isPacked: isPacked)
        }
    }

    /// The size is refused here: before a byte of the payload is taken, or memory for it.
    private mutating func judgeLength() throws(WebSocketViolation) {
        var length = UInt64(header[1] & 0x7f)
        if lengthEnd > 2 {
            length = 0
            for index in 2..<lengthEnd { length = length << 8 | UInt64(header[index]) }
            guard length < 1 << 63 else { throw .broke("length with its highest bit set") }
            guard length > (lengthEnd == 4 ? 125 : 0xffff) else { throw .broke("length not in its shortest form") }
        }
        if !frame.opcode.isControl {
            guard length <= UInt64(sizeMax - body.count) else { throw .tooBig }
        }
        frame.remaining = Int(length)
    }

    // MARK: - The payload

    private mutating func take(_ input: Span<UInt8>, _ position: inout Int) throws(WebSocketViolation) {
        let count = min(frame.remaining, input.count - position)
        guard count > 0 else { return }
        let piece = input.extracting(position..<position + count)
        position += count
        frame.remaining -= count
        guard !frame.opcode.isControl else { return frame.append(piece, to: &control) }
        let start = body.count
        frame.append(piece, to: &body)
        // Text that is wrong is refused at once, not when the message is whole; packed text can only be checked then.
        if case .open(.text, isPacked: false) = message {
            try check(from: start)
        }
    }

    private mutating func finishFrame() throws(WebSocketViolation) -> Event? {
        switch frame.opcode {
        case .ping: return .ping
        case .pong: return .pong
        case .close: return try closeEvent()
        case .continuation, .text, .binary: break
        }
        guard frame.isFinal, case .open(let kind, let isPacked) = message else { return nil }
        message = .none
        if isPacked { try unpack(kind) }
        if kind == .text {
            guard checker.isComplete else { throw .notUTF8 }
        }
        return .message(kind)
    }

    private mutating func unpack(_ kind: WebSocketMessage.Kind) throws(WebSocketViolation) {
        guard let compression else { preconditionFailure("a packed message got past the header without an agreement") }
        var plain = ByteQueue()
        do {
            try compression.unpack(body.bytes, onto: &plain, limit: sizeMax)
        } catch {
            switch error {
            case .tooLarge: throw .tooBig
            case .corrupt, .truncated: throw WebSocketViolation(.invalidData, "compressed message is corrupt")
            }
        }
        swap(&plain, &body)
        if kind == .text { try check(from: 0) }
    }

    private mutating func check(from start: Int) throws(WebSocketViolation) {
        var checker = checker
        guard checker.accepts(body.bytes.extracting(droppingFirst: start)) else { throw .notUTF8 }
        self.checker = checker
    }

    private func closeEvent() throws(WebSocketViolation) -> Event {
        let bytes = control.bytes
        if bytes.isEmpty { return .close(.absent, reason: "") }
        guard bytes.count >= 2 else { throw .broke("close frame of one byte") }
        let code = WebSocketCloseCode(UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
        guard code.mayBeSent else { throw .broke("close code that may not be sent") }
        var reason = UTF8Checker()
        let words = bytes.extracting(droppingFirst: 2)
        guard reason.accepts(words), reason.isComplete else { throw .notUTF8 }
        return unsafe .close(code, reason: words.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) })
    }
}
