package import Crypto
import HTTP
package import Wire

/// HubSpot's third version: HMAC-SHA256 over method, address, body and time in milliseconds, one behind the other.
package struct HubSpotSignature: Sendable {
    private static let signature: HeaderName = "X-HubSpot-Signature-v3"
    private static let timestamp: HeaderName = "X-HubSpot-Request-Timestamp"

    private let secrets: [Crypto.Secret]

    package init(_ secrets: [Crypto.Secret]) { self.secrets = secrets }

    /// Answers when it was signed.
    package func check(_ request: SignedRequest, at now: Timestamp) throws(WebhookRefusal) -> Timestamp {
        if secrets.isEmpty { throw .notConfigured }
        let time = try request.header(Self.timestamp)
        let text = try request.header(Self.signature)
        let signed = Timestamp(milliseconds: try SignedRequest.number(time))
        try SignedRequest.requireRecent(signed, at: now)
        guard let code = try? Base64.standard.decode(text), code.count == HMACSHA256.byteCount else { throw .malformed }
        // They say that some escapes are resolved before signing; their own library does not: either is theirs.
        let isTheirs = Set([request.url, Self.resolved(request.url)]).contains { url in
            let message = Array((request.method + url).utf8) + request.body + Array(time.utf8)
            return secrets.contains { HMACSHA256.isValid(code.span, for: message.span, key: $0) }
        }
        guard isTheirs else { throw .wrong }
        return signed
    }

    private static let escapes: [String: Character] = [
        "3A": ":", "2F": "/", "3F": "?", "40": "@", "21": "!", "24": "$", "27": "'", "28": "(", "29": ")", "2A": "*",
        "2C": ",", "3B": ";",
    ]

    private static func resolved(_ url: String) -> String {
        guard url.contains("%") else { return url }
        var text = ""
        var rest = url[...]
        while let character = rest.popFirst() {
            if character == "%", let plain = escapes[rest.prefix(2).uppercased()] {
                text.append(plain)
                rest = rest.dropFirst(2)
            } else {
                text.append(character)
            }
        }
        return text
    }
}
