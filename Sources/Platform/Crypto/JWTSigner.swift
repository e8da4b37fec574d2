import Wire

/// Makes tokens (RFC 7519, compact form) of one type with one key.
package struct JWTSigner: Sendable {
    private let key: JWTSigningKey
    private let header: String

    /// - Parameters:
    ///   - keyID: what verifiers know the key by; a new key gets a new one.
    ///   - type: what the tokens are for, such as `at+jwt` (RFC 9068), so that none passes for another.
    package init(keyID: String, key: JWTSigningKey, type: String) {
        self.key = key
        let header = JSONValue.object([
            "alg": .string(key.verificationKey.algorithm), "kid": .string(keyID), "typ": .string(type),
        ])
        self.header = Base64.url.encode(header.bytes(order: .sorted).span)
    }

    package func sign(_ claims: JWTClaims) -> String {
        let payload = Base64.url.encode(claims.payload().bytes(order: .sorted).span)
        let message = "\(header).\(payload)"
        let signature = key.sign(Array(message.utf8).span)
        return "\(message).\(Base64.url.encode(signature.span))"
    }
}
