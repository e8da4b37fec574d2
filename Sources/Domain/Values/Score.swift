/// A number from −1 to 1: a sentiment, a cosine.
package struct Score: Hashable, Comparable, Sendable {
    package let value: Double

    /// Nothing if it lies outside, or is no number.
    package init?(_ value: Double) {
        guard -1...1 ~= value else { return nil }
        self.value = value
    }

    package static func < (left: Score, right: Score) -> Bool { left.value < right.value }
}
