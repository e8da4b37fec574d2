import Wire

extension SettingKind where Value == [UInt8] {
    /// An Ed25519 public key: 32 bytes in base64.
    package static var publicKey: Self {
        SettingKind(expected: "32 bytes in base64", example: "…=", visibility: .unquoted) { text throws(SettingFault) in
            let bytes: [UInt8]
            do throws(Base64Error) { bytes = try Base64.standard.decode(text) } catch {
                throw SettingFault("is not base64")
            }
            guard bytes.count == 32 else { throw SettingFault("holds \(bytes.count) bytes where a key has 32") }
            return bytes
        }
    }
}
