import Loop
package import Service

/// Who is believed when they say whom they ask for. `X-Forwarded-For` is a list to which every proxy adds at the right, and whoever
/// begins it may write anything: so it is read from the right, and as far only as each word is that of a proxy of ours.
package struct TrustedProxies: Sendable {
    /// Hops that are looked at; more than that nobody has.
    package static let hopsMax = 16

    private static let header: HeaderName = "X-Forwarded-For"

    private let networks: [Network]

    package init(_ networks: [Network]) { self.networks = networks }

    /// The address that a request comes from: the last one that none of our proxies has. Where the list ends, or has something in it
    /// that is no address, it is the last one that was told.
    package func sender(of request: Request) -> String {
        guard !networks.isEmpty, var sender = AddressLiteral.unmapped(request.remoteAddress), isTrusted(sender) else {
            return request.remoteAddress
        }
        let hops = request.headers.values(of: Self.header).joined(separator: ",").split(
            separator: ",", omittingEmptySubsequences: false)
        for hop in hops.reversed().prefix(Self.hopsMax) {
            guard let address = Self.address(in: hop) else { break }
            sender = address
            guard isTrusted(address) else { break }
        }
        return AddressLiteral.text(sender) ?? request.remoteAddress
    }

    private func isTrusted(_ address: [UInt8]) -> Bool { networks.contains { $0.contains(address) } }

    /// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
    private static func address(in hop: Substring) -> [UInt8]? {
        let text = hop.drop { $0 == " " || $0 == "\t" }
        let word = text.prefix { $0 != " " && $0 != "\t" }
        guard text.dropFirst(word.count).allSatisfy({ $0 == " " || $0 == "\t" }) else { return nil }
        if word.hasPrefix("[") {
            guard let end = word.firstIndex(of: "]"), isPort(word[word.index(after: end)...]) else { return nil }
            let inside = String(word[word.index(after: word.startIndex)..<end])
            return inside.contains(":") ? AddressLiteral.unmapped(inside) : nil
        }
        if let bytes = AddressLiteral.unmapped(String(word)) { return bytes }
        guard let colon = word.firstIndex(of: ":"), isPort(word[colon...]) else { return nil }
        return AddressLiteral.unmapped(String(word[..<colon]))
    }

    /// Nothing, or a colon with a number behind it.
    private static func isPort(_ text: Substring) -> Bool {
        guard text.first == ":" else { return text.isEmpty }
        return (1...5) ~= text.dropFirst().count && text.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
    }
}
