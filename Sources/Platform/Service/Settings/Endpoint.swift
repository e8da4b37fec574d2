/// Where something is reached: `scheme://user:password@host:port/path?query`, taken apart just far enough to check it.
///
/// Its description leaves out the user, the password and the query, because these carry secrets; `revealed` is the
/// whole text, for the library that connects.
package struct Endpoint: Sendable, CustomStringConvertible, CustomReflectable {
    package let scheme: String
    /// Empty where the scheme allows it, as for a database behind a Unix socket.
    package let host: String
    package let port: UInt16?
    /// With its leading slash; empty when the address ends before it.
    package let path: String
    private let text: Secret

    package var revealed: String { text.revealed }

    package init(_ source: String) throws(SettingFault) {
        guard source.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw SettingFault("contains a space or a character that must be percent-encoded")
        }
        guard let mark = source.firstRange(of: "://") else { throw SettingFault("is not of the form scheme://host") }
        let scheme = source[..<mark.lowerBound]
        guard let first = scheme.utf8.first, Self.isLetter(first), scheme.utf8.allSatisfy(Self.isSchemeByte) else {
            throw SettingFault("does not begin with a scheme")
        }
        let rest = source[mark.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let tail = rest[end...]
        let authority = rest[..<end]
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        (host, port) = try Self.hostAndPort(place)
        self.scheme = scheme.lowercased()
        path = String(tail.prefix { $0 != "?" && $0 != "#" })
        text = Secret(source)
    }

    private static func hostAndPort(_ place: Substring) throws(SettingFault) -> (String, UInt16?) {
        var host = place
        var port: Substring?
        if place.first == "[" {
            guard let close = place.firstIndex(of: "]") else { throw SettingFault("has an unclosed [ in its host") }
            host = place[place.index(after: place.startIndex)..<close]
            let behind = place[place.index(after: close)...]
            guard behind.isEmpty || behind.first == ":" else { throw SettingFault("has text between ] and the port") }
            port = behind.isEmpty ? nil : behind.dropFirst()
        } else if let colon = place.lastIndex(of: ":") {
            host = place[..<colon]
            port = place[place.index(after: colon)...]
        }
        guard let port else { return (String(host), nil) }
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(port), number > 0 else {
            throw SettingFault("has a port that is not a number from 1 to 65535")
        }
        return (String(host), number)
    }

    package var description: String {
        let place = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(place)\(port.map { ":\($0)" } ?? "")\(path)"
    }

    package var customMirror: Mirror { Mirror(self, children: ["address": description]) }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || (0x30...0x39).contains(byte) || [0x2b, 0x2d, 0x2e].contains(byte)
    }
}
