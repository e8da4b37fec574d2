/// One frame as bytes, right or wrong, made and read without the code under test.
struct WebSocketFrame: Hashable, CustomStringConvertible {
    var start: UInt8
    var payload: [UInt8]

    static let key: [UInt8] = [0x11, 0x22, 0x33, 0x44]

    init(_ opcode: UInt8, _ payload: [UInt8], final: UInt8 = 0x80, reserved: UInt8 = 0) {
        start = final | reserved | opcode
        self.payload = payload
    }

    init(_ opcode: UInt8, _ text: String, final: UInt8 = 0x80, reserved: UInt8 = 0) {
        self.init(opcode, Array(text.utf8), final: final, reserved: reserved)
    }

    static func close(_ code: Int, _ reason: String = "") -> WebSocketFrame {
        WebSocketFrame(8, [UInt8(code >> 8), UInt8(code & 255)] + Array(reason.utf8))
    }

    var closeCode: Int? {
        start & 0x0f == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
    }

    func bytes(masked: Bool) -> [UInt8] {
        let mask: UInt8 = masked ? 0x80 : 0
        var bytes = [start]
        switch payload.count {
        case ..<126: bytes.append(mask | UInt8(payload.count))
        case ..<65536: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default: bytes += [mask | 127] + (0..<8).reversed().map { UInt8(payload.count >> ($0 * 8) & 255) }
        }
        guard masked else { return bytes + payload }
        return bytes + Self.key + payload.enumerated().map { $1 ^ Self.key[$0 & 3] }
    }

    /// Takes the first whole frame out of `bytes`, unmasked.
    static func take(_ bytes: inout [UInt8]) -> WebSocketFrame? {
        guard bytes.count >= 2 else { return nil }
        var length = Int(bytes[1] & 0x7f)
        var index = 2
        if length >= 126 {
            let width = length == 126 ? 2 : 8
            guard bytes.count >= 2 + width else { return nil }
            length = bytes[2..<2 + width].reduce(0) { $0 << 8 | Int($1) }
            index += width
        }
        let isMasked = bytes[1] & 0x80 != 0
        guard bytes.count >= index + (isMasked ? 4 : 0) + length else { return nil }
        let key = isMasked ? Array(bytes[index..<index + 4]) : [0, 0, 0, 0]
        index += isMasked ? 4 : 0
        let payload = bytes[index..<index + length].enumerated().map { $1 ^ key[$0 & 3] }
        var frame = WebSocketFrame(0, payload)
        frame.start = bytes[0]
        bytes.removeFirst(index + length)
        return frame
    }

    static func all(_ bytes: [UInt8]) -> [WebSocketFrame] {
        var bytes = bytes
        var frames: [WebSocketFrame] = []
        while let frame = take(&bytes) { frames.append(frame) }
        precondition(bytes.isEmpty, "half a frame was sent")
        return frames
    }

    var description: String {
        "\(String(start, radix: 16)) \(closeCode.map { "close \($0)" } ?? String(decoding: payload.prefix(20), as: UTF8.self)) (\(payload.count))"
    }
}
