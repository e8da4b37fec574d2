import Loop

/// Addresses that begin with the same bits: `10.0.0.0/8`, `2001:db8::/32`, or one address alone.
package struct Network: Hashable, Sendable {
    private let bytes: [UInt8]
    private let bits: Int

    /// Nil for what is no network; also for one with bits behind its prefix, whose writer meant another.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = AddressLiteral.unmapped(String(parts[0])) else { return nil }
        var bits = bytes.count * 8
        if parts.count == 2 {
            guard parts[1].allSatisfy({ $0.isASCII && $0.isNumber }), let given = Int(parts[1]), (1...bits) ~= given
            else {
                return nil
            }
            bits = given
        }
        guard (bits..<bytes.count * 8).allSatisfy({ bytes[$0 / 8] & (0x80 >> UInt8($0 % 8)) == 0 }) else { return nil }
        self.bytes = bytes
        self.bits = bits
    }

    /// `address` has 4 or 16 bytes.
    package func contains(_ address: [UInt8]) -> Bool {
        guard address.count == bytes.count else { return false }
        let whole = bits / 8
        guard address[..<whole] == bytes[..<whole] else { return false }
        guard bits % 8 > 0 else { return true }
        let mask = ~(UInt8.max >> UInt8(bits % 8))
        return address[whole] & mask == bytes[whole]
    }
}

extension SettingKind where Value == Network {
    package static var network: Self {
        SettingKind(expected: "an address or a network such as 10.0.0.0/8", example: "10.0.0.0/8") {
            text throws(SettingFault) in
            guard let network = Network(text) else {
                throw SettingFault("is no address, and no network whose bits behind the prefix are zero")
            }
            return network
        }
    }
}
