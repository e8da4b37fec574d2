package import Crypto
package import HTTP
import Wire

/// Twilio signs the address it called and, of a form, every field in the order of their names, with HMAC-SHA1; of another body it
/// names the SHA-256 in the address. It tells no time: a message sent twice is known by its content alone.
package struct TwilioSignature: Sendable {
    private static let header: HeaderName = "X-Twilio-Signature"
    private static let digest = "bodySHA256"

    /// Several while one replaces another.
    private let tokens: [Crypto.Secret]

    package init(_ tokens: [Crypto.Secret]) { self.tokens = tokens }

    /// `form` are the body's fields, nil if it is no form.
    package func check(_ request: SignedRequest, form: Query?) throws(WebhookRefusal) {
        if tokens.isEmpty { throw .notConfigured }
        let text = try request.header(Self.header)
        guard let code = try? Base64.standard.decode(text), code.count == HMACSHA1.byteCount else { throw .malformed }
        var fields = ""
        if let form {
            // Of a name that is there more than once, each value that differs counts.
            for (name, value) in Set(form.items).map({ ($0.name, $0.value) }).sorted(by: <) { fields += name + value }
        }
        let isTheirs = Self.spellings(of: request.url).contains { url in
            let message = Array((url + fields).utf8)
            return tokens.contains { HMACSHA1.isValid(code.span, for: message.span, key: $0) }
        }
        guard isTheirs else { throw .wrong }
        if form == nil { try Self.requireDigest(of: request) }
    }

    private static func requireDigest(of request: SignedRequest) throws(WebhookRefusal) {
        let target = request.url.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst()
        guard let told = Query(target)?[digest] else { throw request.body.isEmpty ? .malformed : .wrong }
        let actual = Array(Hex.encode(HashFunction.sha256.digest(of: request.body).span).utf8)
        let claimed = Array(told.lowercased().utf8)
        guard areEqualInConstantTime(actual.span, claimed.span) else { throw .wrong }
    }

    /// Whether the scheme's usual port stands in what is signed differs from product to product.
    static func spellings(of url: String) -> [String] {
        guard let mark = url.firstRange(of: "://") else { return [url] }
        let (scheme, rest) = (url[..<mark.lowerBound], url[mark.upperBound...])
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        let tail = rest[host.endIndex...]
        let port = scheme == "https" || scheme == "wss" ? ":443" : ":80"
        if host.hasSuffix(port) { return [url, "\(scheme)://\(host.dropLast(port.count))\(tail)"] }
        if host.contains(":") { return [url] }
        return [url, "\(scheme)://\(host)\(port)\(tail)"]
    }
}
