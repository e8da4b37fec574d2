package import Wire

/// The public keys others check our tokens with, as RFC 7517 and RFC 8037 write them. Shared secrets are left out.
package enum JWKSet {
    package static func document(for keys: [String: JWTVerificationKey]) -> JSONValue {
        let published = keys.sorted { $0.key < $1.key }.compactMap { id, key -> JSONValue? in
            guard case .ed25519(let key) = key else { return nil }
            return .object([
                "kty": .string("OKP"), "crv": .string("Ed25519"), "alg": .string("EdDSA"), "use": .string("sig"),
                "kid": .string(id), "x": .string(Base64.url.encode(key.bytes.span)),
            ])
        }
        return .object(["keys": .array(published)])
    }
}
