import Wire

/// The name of one call, request or trace as it may stand in a log: a UUID, or a short word from outside that looks
/// like an identifier.
///
/// Text from outside is kept only if it is 1…128 letters, digits and `-_.:~/`, and is no phone number: seven or more
/// digits with nothing else but `+`, `-` and `.` between them. Anything else prints as `[redacted]`.
package struct Token: Hashable, Sendable, CustomStringConvertible {
    private enum Content: Hashable {
        case uuid(UInt64, UInt64)
        case trace(TraceID)
        case word(String)
        case redacted
    }

    package static let bytesMax = 128

    private let content: Content

    /// The 128 bits of a UUID.
    package init(high: UInt64, low: UInt64) { content = .uuid(high, low) }

    package init(_ trace: TraceID) { content = .trace(trace) }

    package init(_ text: String) { content = Self.isHarmless(text.utf8) ? .word(text) : .redacted }

    package var description: String {
        var queue = ByteQueue()
        queue.append(token: self)
        return queue.text
    }

    /// Whether the text was no identifier and is not shown.
    package var isRedacted: Bool { content == .redacted }

    private static func isHarmless(_ text: String.UTF8View) -> Bool {
        var digits = 0
        var others = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): others += 1
            case UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "~"), UInt8(ascii: "/"): others += 1
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "+"): break
            default: return false
            }
        }
        return !text.isEmpty && text.count <= bytesMax && (others > 0 || digits < 7)
    }

    fileprivate func write(to queue: inout ByteQueue) {
        switch content {
        case .word(let text): queue.append(text)
        case .trace(let id): queue.append(id)
        case .redacted: queue.append("[redacted]")
        case .uuid(let high, let low):
            queue.append(hex: high >> 32, digits: 8)
            queue.append(UInt8(ascii: "-"))
            queue.append(hex: high >> 16, digits: 4)
            queue.append(UInt8(ascii: "-"))
            queue.append(hex: high, digits: 4)
            queue.append(UInt8(ascii: "-"))
            queue.append(hex: low >> 48, digits: 4)
            queue.append(UInt8(ascii: "-"))
            queue.append(hex: low, digits: 12)
        }
    }
}

extension ByteQueue {
    /// Only bytes that need no escaping anywhere.
    mutating func append(token: Token) { token.write(to: &self) }
}
