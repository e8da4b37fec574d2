import Foundation

extension Double {
    /// Three significant digits, without an exponent.
    var short: String {
        if !isFinite { return "–" }
        let digits = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3
        return String(format: "%.\(digits)f", self)
    }
}
