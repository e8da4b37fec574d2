package import Crypto
package import Wire

/// Signature Version 4 of AWS, as stores of S3's protocol take it: for requests with headers of ours, and for links that others follow.
package struct S3Signature: Sendable {
    static let algorithm = "AWS4-HMAC-SHA256"
    /// Of a body that is signed with its length only: connections are encrypted, and what arrived is checked by its tag.
    package static let unsignedPayload = "UNSIGNED-PAYLOAD"
    /// No store takes links that are good for longer.
    package static let linkSecondsMax = 604_800

    private let accessKey: String
    private let secretKey: Crypto.Secret
    private let region: String
    private let service: String

    package init(accessKey: String, secretKey: Crypto.Secret, region: String, service: String = "s3") {
        (self.accessKey, self.secretKey) = (accessKey, secretKey)
        (self.region, self.service) = (region, service)
    }

    /// What a request is, as far as it is signed. Names of headers are lowercase; `path` is encoded.
    package struct Signed: Sendable {
        var method: String
        var path: String
        var query: [(String, String)] = []
        var headers: [(String, String)]
        var payload: String

        package init(
            _ method: String, path: String, query: [(String, String)] = [], headers: [(String, String)],
            payload: String
        ) {
            (self.method, self.path, self.query) = (method, path, query)
            (self.headers, self.payload) = (headers, payload)
        }

        var names: String { headers.map(\.0).sorted().joined(separator: ";") }

        var canonical: String {
            let query = query.map { (S3Signature.encoded($0.0), S3Signature.encoded($0.1)) }.sorted { $0 < $1 }
            let lines = headers.sorted { $0.0 < $1.0 }.map { "\($0.0):\(S3Signature.trimmed($0.1))\n" }
            return [
                method, path, query.map { "\($0.0)=\($0.1)" }.joined(separator: "&"), lines.joined(), names, payload,
            ].joined(separator: "\n")
        }
    }

    // MARK: - Headers

    /// The value of `Authorization`. `date` is in the headers, too, as `x-amz-date` or `date`.
    package func authorization(_ signed: Signed, at date: S3Date) -> String {
        "\(Self.algorithm) Credential=\(accessKey)/\(scope(date)), SignedHeaders=\(signed.names), Signature=\(code(signed, date))"
    }

    // MARK: - Links

    /// The query with which a GET of this path is good for everybody, for so many seconds.
    package func query(
        _ method: String, path: String, host: String, seconds: Int, at date: S3Date
    ) -> String {
        var query = [
            ("X-Amz-Algorithm", Self.algorithm), ("X-Amz-Credential", "\(accessKey)/\(scope(date))"),
            ("X-Amz-Date", date.text), ("X-Amz-Expires", "\(min(seconds, Self.linkSecondsMax))"),
            ("X-Amz-SignedHeaders", "host"),
        ]
        let signed = Signed(
            method, path: path, query: query, headers: [("host", host)], payload: Self.unsignedPayload)
        query.append(("X-Amz-Signature", code(signed, date)))
        return query.map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&")
    }

    // MARK: - How

    /// In hex.
    package func code(_ signed: Signed, _ date: S3Date) -> String {
        let text = [
            Self.algorithm, date.text, scope(date),
            Hex.encode(HashFunction.sha256.digest(of: Array(signed.canonical.utf8)).span),
        ].joined(separator: "\n")
        return Hex.encode(HMACSHA256.code(for: Array(text.utf8).span, key: key(of: date)).span)
    }

    private func scope(_ date: S3Date) -> String { "\(date.day)/\(region)/\(service)/aws4_request" }

    /// Good for one day, one region and one service.
    private func key(of date: S3Date) -> Crypto.Secret {
        let first = secretKey.withBytes { bytes in
            Crypto.Secret(copying: Array("AWS4".utf8) + bytes.indices.map { bytes[$0] })
        }
        return [date.day, region, service, "aws4_request"].reduce(first) { key, part in
            Crypto.Secret(copying: HMACSHA256.code(for: Array(part.utf8).span, key: key))
        }
    }

    /// All but letters, digits and `-._~`, in capital hex.
    package static func encoded(_ text: String, keepsSlashes: Bool = false) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "/") where keepsSlashes: encoded += "/"
            default: encoded += "%" + Hex.encode([byte].span).uppercased()
            }
        }
        return encoded
    }

    /// Blanks around it go, and of several inside one stays.
    private static func trimmed(_ value: String) -> String {
        value.split(separator: " ").joined(separator: " ")
    }
}

/// A moment as signatures have it: `20130524T000000Z`.
package struct S3Date: Hashable, Sendable {
    package let text: String

    package init(_ timestamp: Timestamp) {
        let wanted = timestamp.description.prefix(19)
        text = wanted.filter { $0 != "-" && $0 != ":" } + "Z"
    }

    var day: String { String(text.prefix(8)) }
}
