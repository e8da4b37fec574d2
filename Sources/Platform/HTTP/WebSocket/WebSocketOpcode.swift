/// What a frame is (RFC 6455 §5.2). The raw values are those on the wire.
enum WebSocketOpcode: UInt8 {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    var isControl: Bool { rawValue >= 8 }

    init(_ kind: WebSocketMessage.Kind) {
        switch kind {
        case .text: self = .text
        case .binary: self = .binary
        }
    }
}
