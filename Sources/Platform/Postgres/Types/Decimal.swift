/// A `numeric`: decimal digits, where the point is, and a sign; exact, of any length Postgres takes. No arithmetic.
///
/// `1.50` and `1.5` are different values here, because they are for the server: the scale is part of it.
package struct Decimal: Hashable, Sendable {
    package static let digitsMax = 131_072
    package static let scaleMax = 16_383

    enum Content: Hashable, Sendable {
        /// `digits` from the most significant one, without leading zeros; `scale` of them stand behind the point.
        case finite(isNegative: Bool, digits: [UInt8], scale: Int)
        case notANumber
        case infinity
        case minusInfinity
    }

    let content: Content

    package static let notANumber = Decimal(content: .notANumber)
    package static let infinity = Decimal(content: .infinity)
    package static let minusInfinity = Decimal(content: .minusInfinity)

    package init(_ number: Int) {
        let digits = number == 0 ? [] : String(number.magnitude).utf8.map { $0 - UInt8(ascii: "0") }
        content = .finite(isNegative: number < 0, digits: digits, scale: 0)
    }

    /// From `-12.340`, `NaN`, `Infinity` or `-Infinity`; nil for anything else.
    package init?(_ text: String) {
        switch text {
        case "NaN": self = .notANumber
        case "Infinity": self = .infinity
        case "-Infinity": self = .minusInfinity
        default:
            let unsigned = text.hasPrefix("-") ? text.dropFirst() : text[...]
            let parts = unsigned.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard parts.count <= 2, !parts.contains(where: \.isEmpty) else { return nil }
            var digits: [UInt8] = []
            for byte in parts.joined() {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                digits.append(byte - UInt8(ascii: "0"))
            }
            let scale = parts.count == 2 ? parts[1].count : 0
            guard digits.count - scale <= Self.digitsMax, scale <= Self.scaleMax else { return nil }
            self.init(isNegative: text.hasPrefix("-"), digits: digits, scale: scale)
        }
    }

    /// Zero has no sign.
    init(isNegative: Bool, digits: [UInt8], scale: Int) {
        let significant = Array(digits.drop { $0 == 0 })
        content = .finite(isNegative: isNegative && !significant.isEmpty, digits: significant, scale: scale)
    }

    private init(content: Content) { self.content = content }
}

extension Decimal: CustomStringConvertible {
    package var description: String {
        switch content {
        case .notANumber: return "NaN"
        case .infinity: return "Infinity"
        case .minusInfinity: return "-Infinity"
        case .finite(let isNegative, let digits, let scale):
            let missing = max(0, scale + 1 - digits.count)
            let all = Array(repeating: UInt8(0), count: missing) + digits
            var text = isNegative ? "-" : ""
            for (index, digit) in all.enumerated() {
                if index == all.count - scale { text += "." }
                text += String(digit)
            }
            return text
        }
    }
}
