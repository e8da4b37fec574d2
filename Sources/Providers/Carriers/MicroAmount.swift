package import Wire

/// An amount of money in millionths, read from the digits that a carrier writes it with: no binary fraction comes between.
package struct MicroAmount: Hashable, Sendable {
    package let count: Int64

    private static let places = 6
    /// Digits before the point: more is no price of a call.
    private static let wholeDigitsMax = 6

    private init(count: Int64) { self.count = count }

    /// Reads `0.0125`. Nil if it is anything else, or below zero. What is less than a millionth is rounded to the nearest.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...Self.wholeDigitsMax).contains(parts[0].count),
            parts.allSatisfy({ $0.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } })
        else { return nil }
        let fraction = parts.count == 2 ? Array(parts[1]) : []
        guard parts.count == 1 || !fraction.isEmpty else { return nil }
        let missing = max(0, Self.places - fraction.count)
        let kept = fraction.prefix(Self.places) + Array(repeating: UInt8(ascii: "0"), count: missing)
        let micros = (parts[0] + kept).reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        let isRoundedUp = fraction.count > Self.places && fraction[Self.places] >= UInt8(ascii: "5")
        self.init(count: micros + (isRoundedUp ? 1 : 0))
    }

    /// Some write it as a number.
    package init?(_ value: JSONValue) {
        switch value {
        case .string(let text): self.init(text)
        case .integer(let number): self.init("\(number)")
        case .double(let number):
            guard number >= 0, number < 1_000_000 else { return nil }
            self.init(count: Int64((number * 1_000_000).rounded(.toNearestOrEven)))
        default: return nil
        }
    }
}
