package import Crypto
package import HTTP
import Wire

/// How we sign what we send, webhooks and posts to tools: Standard Webhooks, `v1`, with each secret that is good now.
package enum StandardWebhookSignature {
    package static let id: HeaderName = "webhook-id"
    package static let timestamp: HeaderName = "webhook-timestamp"
    package static let signature: HeaderName = "webhook-signature"

    /// A request's three headers, as of now.
    static func sign(_ request: inout ClientRequest, id: String, body: [UInt8], secrets: [Crypto.Secret]) {
        let seconds = Timestamp.now.microseconds / 1_000_000
        request.headers.add(Self.id, id)
        request.headers.add(timestamp, "\(seconds)")
        request.headers.add(signature, text(id: id, seconds: seconds, body: body, secrets: secrets))
    }

    /// `v1,…` for each secret. It holds for this id, this moment and these bytes.
    package static func text(id: String, seconds: Int64, body: [UInt8], secrets: [Crypto.Secret]) -> String {
        let signed = Array("\(id).\(seconds).".utf8) + body
        return secrets.map { secret in
            "v1," + Base64.standard.encode(HMACSHA256.code(for: signed.span, key: secret).span)
        }.joined(separator: " ")
    }
}
