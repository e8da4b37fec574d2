package import Crypto
package import HTTP
import Wire

/// How we sign what we send: Standard Webhooks, `v1`, with each secret that is good now.
package enum StandardWebhookSignature {
    package static let id: HeaderName = "webhook-id"
    package static let timestamp: HeaderName = "webhook-timestamp"
    package static let signature: HeaderName = "webhook-signature"

    /// `v1,…` for each secret. It holds for this id, this moment and these bytes.
    package static func text(id: String, seconds: Int64, body: [UInt8], secrets: [Crypto.Secret]) -> String {
        let signed = Array("\(id).\(seconds).".utf8) + body
        return secrets.map { secret in
            "v1," + Base64.standard.encode(HMACSHA256.code(for: signed.span, key: secret).span)
        }.joined(separator: " ")
    }
}
