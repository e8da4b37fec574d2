/// The place of an entry in a stream: a time in milliseconds, and a number within it.
package struct RedisStreamID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let time: UInt64
    package let number: UInt64

    package static let first = RedisStreamID(time: 0, number: 0)
    package static let last = RedisStreamID(time: .max, number: .max)

    package init(time: UInt64, number: UInt64) {
        self.time = time
        self.number = number
    }

    package init?(_ text: String) { self.init(Array(text.utf8)) }

    /// From `time-number`, or a time alone.
    init?(_ bytes: [UInt8]) {
        var parts: (UInt64, UInt64) = (0, 0)
        var digits = 0
        var isNumber = false
        for byte in bytes {
            if byte == UInt8(ascii: "-"), !isNumber, digits > 0 {
                (isNumber, digits) = (true, 0)
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (shifted, overflow) = (isNumber ? parts.1 : parts.0).multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            if overflow || carry { return nil }
            if isNumber { parts.1 = sum } else { parts.0 = sum }
            digits += 1
        }
        guard digits > 0 else { return nil }
        self.init(time: parts.0, number: parts.1)
    }

    package static func < (left: RedisStreamID, right: RedisStreamID) -> Bool {
        (left.time, left.number) < (right.time, right.number)
    }

    package var description: String { "\(time)-\(number)" }
}
