/// A request target that names its server too, as in `GET http://host:port/path?query HTTP/1.1` (RFC 9112 §3.2.2).
///
/// Proxies are sent such targets, and every server must take them. User names, fragments and anything that is no host and
/// port are refused: two readers could take two different hosts from them.
struct AbsoluteTarget: Equatable {
    /// Host and port, which count instead of the `Host` header.
    let authority: Range<Int>
    /// Path and query; without a path it is empty, or begins with the question mark.
    let rest: Range<Int>

    /// From a target in `range`; nil when it is none of http or https.
    init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
        var found = Self.end(of: "http://", bytes, range)
        if found == nil { found = Self.end(of: "https://", bytes, range) }
        guard let start = found else { return nil }
        var end = start
        while end < range.upperBound, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
        authority = start..<end
        rest = end..<range.upperBound
        guard Self.isHostAndPort(bytes, authority) else { return nil }
        for place in rest where bytes[place] == UInt8(ascii: "#") { return nil }
    }

    private static func end(of scheme: String, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        let end = range.lowerBound + scheme.utf8.count
        guard end <= range.upperBound, bytes.holds(caseless: scheme, in: range.lowerBound..<end) else { return nil }
        return end
    }

    private static func isHostAndPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let first = range.first else { return false }
        var index = first
        if bytes[first] == UInt8(ascii: "[") {
            index += 1
            while index < range.upperBound, isInLiteral(bytes[index]) { index += 1 }
            guard index > first + 1, index < range.upperBound, bytes[index] == UInt8(ascii: "]") else { return false }
            index += 1
        } else {
            while index < range.upperBound, isInName(bytes[index]) { index += 1 }
            if index == first { return false }
        }
        if index == range.upperBound { return true }
        guard bytes[index] == UInt8(ascii: ":") else { return false }
        let port = index + 1..<range.upperBound
        guard port.count <= 5, port.allSatisfy({ bytes[$0] &- 48 < 10 }) else { return false }
        return port.reduce(0) { $0 * 10 + Int(bytes[$1] - 48) } <= Int(UInt16.max)
    }

    /// Letters, digits, and `-._~`: what a name that can be resolved is made of.
    private static func isInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func isInLiteral(_ byte: UInt8) -> Bool {
        Text.hexValue(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }
}

extension RequestHead {
    /// The target as a handler is to see it: path and query, or `*`.
    func path(_ bytes: Span<UInt8>) -> String {
        guard authority != nil else { return bytes.text(in: target) }
        if target.isEmpty { return method == .options ? "*" : "/" }
        return bytes[target.lowerBound] == UInt8(ascii: "?") ? "/" + bytes.text(in: target) : bytes.text(in: target)
    }
}
