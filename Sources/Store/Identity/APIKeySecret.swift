import Crypto
import Wire

/// The text of an API key: `ll_live_`, eight digits to tell it apart by, and 256 random bits.
package struct APIKeySecret: Sendable {
    package static let mark = "ll_live_"
    /// Longer text is no key of ours, and is not looked up.
    package static let bytesMax = 128

    package let text: String
    package let prefix: String

    package init() {
        prefix = Self.mark + Hex.encode(Randomness.bytes(4).span)
        text = prefix + "_" + Base64.url.encode(Randomness.bytes(32).span)
    }

    package var hash: [UInt8] { Self.hash(of: text) }

    static func hash(of text: String) -> [UInt8] { HashFunction.sha256.digest(of: Array(text.utf8)) }
}
