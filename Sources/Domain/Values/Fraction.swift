/// A number from 0 to 1: a probability, a confidence, a loudness, a rate.
package struct Fraction: Hashable, Comparable, Sendable {
    package let value: Double

    /// Nothing if it lies outside, or is no number.
    package init?(_ value: Double) {
        guard 0...1 ~= value else { return nil }
        self.value = value
    }

    package static func < (left: Fraction, right: Fraction) -> Bool { left.value < right.value }
}

extension Fraction {
    /// For constants: what lies outside is the nearer end.
    package init(percent: Int) { value = Double(max(0, min(100, percent))) / 100 }
}

extension Fraction {
    /// The nearest of so many equal steps.
    package func rounded(toSteps steps: Int) -> Fraction {
        Fraction(inside: (value * Double(steps)).rounded() / Double(steps))
    }

    private init(inside value: Double) { self.value = value }
}
