package import Wire

/// Times as mail writes them: `Sat, 21 Nov 2026 10:00:00 +0000`.
package enum RFC2822 {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Nil for anything else.
    package static func timestamp(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, let day = Int(parts[1]), let month = months.firstIndex(of: String(parts[2])),
            parts[3].count == 4, parts[5].count == 5 || parts[5] == "GMT"
        else { return nil }
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let zone = parts[5] == "GMT" ? "Z" : "\(parts[5].prefix(3)):\(parts[5].suffix(2))"
        return RFC3339.timestamp("\(parts[3])-\(padded(month + 1))-\(padded(day))T\(parts[4])\(zone)")
    }
}
