/// Numbers as people read them.
enum Figure {
    /// Three digits that say something, no more.
    static func short(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let size = value.magnitude
        return size >= 100 ? fixed(value, 0) : size >= 10 ? fixed(value, 1) : fixed(value, 2)
    }

    /// With so many digits behind the point.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return "–" }
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let whole = (value.magnitude * scale).rounded()
        let sign = value < 0 && whole > 0 ? "-" : ""
        let number = Int64(whole)
        guard digits > 0 else { return "\(sign)\(number)" }
        let rest = String(number % Int64(scale))
        return "\(sign)\(number / Int64(scale)).\(String(repeating: "0", count: digits - rest.count))\(rest)"
    }
}
