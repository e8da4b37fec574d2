package import Crypto
import HTTP
package import Wire

/// Stripe signs `time.body` with HMAC-SHA256 and the whole text of a secret; several while one replaces another, on either side.
package struct StripeSignature: Sendable {
    private static let header: HeaderName = "Stripe-Signature"
    /// Signatures of the scheme we know in one header. More than these nobody means.
    static let signaturesMax = 8

    private let secrets: [Crypto.Secret]

    package init(_ secrets: [Crypto.Secret]) { self.secrets = secrets }

    /// Answers when it was signed.
    package func check(_ request: SignedRequest, at now: Timestamp) throws(WebhookRefusal) -> Timestamp {
        if secrets.isEmpty { throw .notConfigured }
        var time: Substring?
        var codes: [[UInt8]] = []
        for part in try request.header(Self.header).split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { throw .malformed }
            switch pair[0].drop(while: { $0 == " " }) {
            case "t":
                if time != nil { throw .malformed }
                time = pair[1]
            case "v1":
                guard codes.count < Self.signaturesMax, let code = try? Hex.decode(String(pair[1])) else {
                    throw .malformed
                }
                codes.append(code)
            default: break
            }
        }
        guard let time, !codes.isEmpty else { throw .malformed }
        let signed = Timestamp(seconds: try SignedRequest.number(time))
        try SignedRequest.requireRecent(signed, at: now)
        let message = Array(time.utf8) + [UInt8(ascii: ".")] + request.body
        let isTheirs = secrets.contains { secret in
            codes.contains { HMACSHA256.isValid($0.span, for: message.span, key: secret) }
        }
        guard isTheirs else { throw .wrong }
        return signed
    }
}
