import Crypto
import Wire

/// The key of an opening handshake and the answer that proves it was understood (RFC 6455 §1.3).
struct WebSocketKey: Hashable {
    let text: String

    /// Nil for anything but sixteen bytes in base64.
    init?(_ text: String) {
        do throws(Base64Error) {
            guard try Base64.standard.decode(text).count == Self.byteCount else { return nil }
        } catch {
            return nil
        }
        self.text = text
    }

    private init(bytes: [UInt8]) { text = Base64.standard.encode(bytes.span) }

    static func random() -> WebSocketKey { WebSocketKey(bytes: Randomness.bytes(byteCount)) }

    /// What the server answers. The handshake asks for SHA-1 as a checksum; nothing secret rests on it.
    var accept: String {
        let proof = text + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        return Base64.standard.encode(HashFunction.sha1.digest(of: Array(proof.utf8)).span)
    }

    private static let byteCount = 16
}
