package import Crypto
import HTTP
package import Wire

/// Telnyx signs `timestamp|body` with Ed25519; one of our keys must have made it. There are several while one replaces another.
package struct TelnyxSignature: Sendable {
    private static let signature: HeaderName = "telnyx-signature-ed25519"
    private static let timestamp: HeaderName = "telnyx-timestamp"

    private let keys: [Ed25519.PublicKey]

    package init(_ keys: [Ed25519.PublicKey]) { self.keys = keys }

    /// Answers when it was signed.
    package func check(_ request: SignedRequest, at now: Timestamp) throws(WebhookRefusal) -> Timestamp {
        if keys.isEmpty { throw .notConfigured }
        let time = try request.header(Self.timestamp)
        let text = try request.header(Self.signature)
        let signed = Timestamp(seconds: try SignedRequest.number(time))
        try SignedRequest.requireRecent(signed, at: now)
        guard let signature = try? Base64.standard.decode(text), signature.count == Ed25519.signatureByteCount else {
            throw .malformed
        }
        let message = Array(time.utf8) + [UInt8(ascii: "|")] + request.body
        guard keys.contains(where: { $0.isValid(signature.span, for: message.span) }) else { throw .wrong }
        return signed
    }
}
