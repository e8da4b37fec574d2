import Loop

extension PeerAddress {
    /// From the host of an address that names no host: `192.0.2.1`, `[2001:db8::1]`. Nil for a name.
    package init?(literal host: String) {
        let text = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        guard let bytes = AddressLiteral.bytes(text) else { return nil }
        self.init(bytes)
    }
}
