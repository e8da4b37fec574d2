/// A key to sign tokens with. The algorithm is the key's kind, so none can be used with another.
package enum JWTSigningKey: Sendable {
    case ed25519(Ed25519.PrivateKey)
    case hs256(JWTSharedKey)

    /// The half to check with.
    package var verificationKey: JWTVerificationKey {
        switch self {
        case .ed25519(let key): .ed25519(key.publicKey)
        case .hs256(let key): .hs256(key)
        }
    }

    func sign(_ message: Span<UInt8>) -> [UInt8] {
        switch self {
        case .ed25519(let key): key.sign(message)
        case .hs256(let key): HMACSHA256.code(for: message, key: key.secret)
        }
    }
}

/// A key to check tokens with. What algorithm a token claims is compared with the key's own, never obeyed: a public key
/// cannot be taken for a shared secret, for it is not one.
package enum JWTVerificationKey: Sendable {
    case ed25519(Ed25519.PublicKey)
    case hs256(JWTSharedKey)

    /// The one `alg` this key goes with (RFC 8037, RFC 7518).
    package var algorithm: String {
        switch self {
        case .ed25519: "EdDSA"
        case .hs256: "HS256"
        }
    }

    package func isValid(_ signature: Span<UInt8>, for message: Span<UInt8>) -> Bool {
        switch self {
        case .ed25519(let key): key.isValid(signature, for: message)
        case .hs256(let key): HMACSHA256.isValid(signature, for: message, key: key.secret)
        }
    }
}

/// A secret long enough for HS256.
package struct JWTSharedKey: Sendable {
    /// RFC 7518 §3.2: no shorter than the hash.
    package static let byteMin = 32

    let secret: Secret

    /// Nothing if the secret is too short.
    package init?(_ secret: Secret) {
        guard secret.count >= Self.byteMin else { return nil }
        self.secret = secret
    }
}
