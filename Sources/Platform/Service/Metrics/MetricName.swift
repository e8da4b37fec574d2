/// What the exposition format allows as names. A wrong one is a bug, found at registration.
enum MetricName {
    static func isMetric(_ name: String) -> Bool {
        isName(name) { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ":") }
    }

    /// `le` belongs to histograms, and two underscores at the front to the server.
    static func isLabel(_ name: String) -> Bool {
        name != "le" && !name.hasPrefix("__") && isName(name) { $0 == UInt8(ascii: "_") }
    }

    private static func isName(_ name: String, _ isMark: (UInt8) -> Bool) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy {
            (0x61...0x7a).contains($0 | 0x20) && $0 < 0x7b || (0x30...0x39).contains($0) || isMark($0)
        }
    }
}
