import Crypto
import HTTP
import Wire

/// Reads Signature Version 4 as a store does: from the request as it came over the wire.
struct StoreSignatureCheck: Sendable {
    private static let algorithm = "AWS4-HMAC-SHA256"
    /// A request that was signed longer ago is not taken.
    private static let skewMax: Int64 = 900

    let accessKey: String
    let secretKey: Secret
    let region: String

    /// The code of what is wrong with it; nil if it is signed as it should be.
    func fault(in request: Request) -> String? {
        let isLink = request.query["X-Amz-Signature"] != nil
        guard let claim = isLink ? Claim(link: request) : Claim(headers: request) else { return "AccessDenied" }
        guard claim.algorithm == Self.algorithm else { return "InvalidArgument" }
        let scope = claim.credential.split(separator: "/").map(String.init)
        guard scope.count == 5, scope[0] == accessKey else { return "InvalidAccessKeyId" }
        guard scope[2...] == [region, "s3", "aws4_request"], claim.date.hasPrefix(scope[1]) else {
            return "AuthorizationHeaderMalformed"
        }
        guard let signedAt = Self.seconds(claim.date) else { return "InvalidRequest" }
        let now = Timestamp.now.microseconds / 1_000_000
        guard signedAt - now < Self.skewMax, now - signedAt < (claim.expires ?? Self.skewMax) else {
            return "RequestTimeTooSkewed"
        }
        guard claim.headers.contains("host") else { return "AccessDenied" }
        if !isLink, claim.payload != Hex.encode(HashFunction.sha256.digest(of: request.body).span) {
            return "XAmzContentSHA256Mismatch"
        }
        return code(of: request, claim, scope) == claim.signature ? nil : "SignatureDoesNotMatch"
    }

    private struct Claim {
        var algorithm = ""
        var credential = ""
        var date = ""
        var headers: [String] = []
        var signature = ""
        var payload = ""
        /// Of a link, in seconds.
        var expires: Int64?

        init?(headers request: Request) {
            guard let text = request.headers[.authorization], let blank = text.firstIndex(of: " "),
                let date = request.headers["x-amz-date"], let payload = request.headers["x-amz-content-sha256"]
            else { return nil }
            algorithm = String(text[..<blank])
            for part in text[text.index(after: blank)...].split(separator: ",") {
                let words = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1).map(String.init)
                guard words.count == 2 else { return nil }
                switch words[0] {
                case "Credential": credential = words[1]
                case "SignedHeaders": headers = words[1].split(separator: ";").map(String.init)
                case "Signature": signature = words[1]
                default: return nil
                }
            }
            (self.date, self.payload) = (date, payload)
        }

        init?(link request: Request) {
            let query = request.query
            guard let algorithm = query["X-Amz-Algorithm"], let credential = query["X-Amz-Credential"],
                let date = query["X-Amz-Date"], let names = query["X-Amz-SignedHeaders"],
                let signature = query["X-Amz-Signature"],
                let expires = query["X-Amz-Expires"].flatMap({ Int64($0) }), (1...604_800).contains(expires)
            else { return nil }
            (self.algorithm, self.credential, self.date) = (algorithm, credential, date)
            (headers, self.signature) = (names.split(separator: ";").map(String.init), signature)
            (payload, self.expires) = ("UNSIGNED-PAYLOAD", expires)
        }
    }

    private func code(of request: Request, _ claim: Claim, _ scope: [String]) -> String {
        let parts = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = (parts.count > 1 ? parts[1].split(separator: "&") : [])
            .filter { !$0.hasPrefix("X-Amz-Signature=") }.map(String.init).sorted()
        let headers = claim.headers.map { name in
            "\(name):\((HeaderName(name).map { request.headers.values(of: $0) } ?? []).joined(separator: ","))\n"
        }
        let canonical = [
            request.method.rawValue, String(parts[0]), query.joined(separator: "&"), headers.joined(),
            claim.headers.joined(separator: ";"), claim.payload,
        ].joined(separator: "\n")
        let digest = Hex.encode(HashFunction.sha256.digest(of: Array(canonical.utf8)).span)
        let text = [Self.algorithm, claim.date, scope[1...].joined(separator: "/"), digest].joined(separator: "\n")
        var key = secretKey.withBytes { bytes in
            Secret(copying: Array("AWS4".utf8) + bytes.indices.map { bytes[$0] })
        }
        for part in scope[1...] { key = Secret(copying: HMACSHA256.code(for: Array(part.utf8).span, key: key)) }
        return Hex.encode(HMACSHA256.code(for: Array(text.utf8).span, key: key).span)
    }

    /// Of `20130524T000000Z`, since 1970.
    private static func seconds(_ text: String) -> Int64? {
        let digits = Array(text.utf8)
        guard digits.count == 16, digits[8] == UInt8(ascii: "T"), digits[15] == UInt8(ascii: "Z") else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
        let written =
            "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
        return Timestamp(written).map { $0.microseconds / 1_000_000 }
    }
}
