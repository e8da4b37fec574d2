import Wire

@testable import Crypto

/// Tokens from anywhere, tokens that we have signed around any header and payload, and any names for keys.
enum JWTLaws {
    private static let now = Timestamp(seconds: 1_795_000_000)
    private static let policy = JWTVerifier.Policy(type: "at+jwt", issuer: "i", audience: "a")
    private static let secretByte = UInt8(ascii: "s")

    /// The same in every run, so that a fault can be repeated.
    private static let keys: [String: JWTSigningKey] = {
        let bytes = [UInt8](repeating: secretByte, count: 32)
        guard let ed25519 = Ed25519.PrivateKey(seed: Secret(copying: bytes)),
            let shared = JWTSharedKey(Secret(copying: bytes))
        else { preconditionFailure("32 bytes are enough for both keys") }
        return ["e": .ed25519(ed25519), "h": .hs256(shared)]
    }()
    private static let verifier = JWTVerifier(keys: keys.mapValues(\.verificationKey), policy: policy)

    static func check(_ bytes: [UInt8]) {
        checkToken(bytes)
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            for key in keys.values { checkSigned(Array(parts[0]), Array(parts[1]), key) }
        }
        checkKeySet(bytes)
    }

    /// Whatever is accepted keeps the policy, and its claims survive being signed again.
    private static func checkToken(_ token: [UInt8]) {
        guard let claims = verify(token) else { return }
        precondition(token.count <= JWTVerifier.tokenByteMax, "a token over the limit was read")
        precondition(claims.issuer == policy.issuer && claims.audience.contains(policy.audience), "not for us")
        precondition(now < claims.expiresAt + policy.leeway, "expired")
        precondition(claims.issuedAt <= now + policy.leeway, "issued in the future")
        precondition(claims.notBefore.map { $0 <= now + policy.leeway } ?? true, "not yet valid")
        for (name, key) in keys {
            let again = JWTSigner(keyID: name, key: key, type: policy.type).sign(claims)
            guard let same = verify(Array(again.utf8)) else {
                // Whole seconds may pass a limit that fractions did not, and Base64 of our spelling may be longer.
                precondition(again.utf8.count > JWTVerifier.tokenByteMax || isNearLimit(claims), "our own was refused")
                continue
            }
            precondition(same.subject == claims.subject && same.tokenID == claims.tokenID, "claims changed their owner")
            precondition(same.others == claims.others, "claims were lost")
            precondition(same.expiresAt <= claims.expiresAt, "a token was made to live longer")
        }
    }

    private static func isNearLimit(_ claims: JWTClaims) -> Bool {
        let second = Duration.seconds(1)
        return now >= claims.expiresAt + policy.leeway - second
            || claims.notBefore.map { $0 + second > now + policy.leeway } ?? false
    }

    private static func checkSigned(_ header: [UInt8], _ payload: [UInt8], _ key: JWTSigningKey) {
        let message = "\(Base64.url.encode(header.span)).\(Base64.url.encode(payload.span))"
        let signature = key.sign(Array(message.utf8).span)
        let token = Array("\(message).\(Base64.url.encode(signature.span))".utf8)
        checkToken(token)
        guard verify(token) != nil else { return }
        // One letter changed is a forgery, wherever it stands.
        let place = Int(token.reduce(UInt32(17)) { $0 &* 31 &+ UInt32($1) }) % token.count
        for other in [UInt8(ascii: "A"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "=")] {
            guard token[place] != other else { continue }
            var forged = token
            forged[place] = other
            precondition(verify(forged) == nil, "a changed token was accepted")
        }
        precondition(verify(token + [UInt8(ascii: "A")]) == nil, "a longer token was accepted")
        precondition(verify(Array(token.dropLast())) == nil, "a shorter token was accepted")
    }

    /// The published set is JSON that any name fits into, has each public key as it is, and no secret.
    private static func checkKeySet(_ bytes: [UInt8]) {
        let name = String(decoding: bytes, as: UTF8.self)
        var padded = bytes.prefix(Ed25519.keyByteCount)
        padded.append(contentsOf: repeatElement(0, count: Ed25519.keyByteCount - padded.count))
        guard let key = Ed25519.PublicKey(Array(padded)), case .hs256(let shared)? = keys["h"] else {
            preconditionFailure("32 bytes are a key")
        }
        let written = JWKSet.document(for: [name: .ed25519(key), name + "-shared": .hs256(shared)]).bytes(
            order: .sorted)
        do throws(JSONError) {
            guard case .array(let published)? = try JSONValue(json: written)["keys"] else {
                preconditionFailure("the set has no keys")
            }
            precondition(published.count == 1 && published[0]["kid"]?.text == name, "the set lost or showed a key")
            precondition(published[0]["x"]?.text == Base64.url.encode(key.bytes.span), "the key changed")
            precondition(published[0]["k"] == nil && published[0]["d"] == nil, "a secret was published")
        } catch {
            preconditionFailure("the set is no JSON: \(error)")
        }
    }

    private static func verify(_ token: [UInt8]) -> JWTClaims? {
        do throws(JWTRefusal) { return try verifier.verify(token.span, at: now) } catch { return nil }
    }
}
