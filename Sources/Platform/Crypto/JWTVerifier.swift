package import Wire

/// Accepts or refuses tokens (RFC 7519, RFC 8725). What it accepts was signed by a key it holds, with that key's own
/// algorithm, is of its type, from its issuer, for its audience, and good at the moment given.
///
/// Keys are chosen by `kid` among its own; a key or address inside a token is never looked at. Several keys may be held
/// at once, which is how one replaces another. That a token was revoked or used before is the caller's to know.
package struct JWTVerifier: Sendable {
    /// What every token must say.
    package struct Policy: Sendable {
        /// Clocks may differ by this much at most; more would be a hole.
        package static let leewayMax = Duration.seconds(60)

        package let type: String
        package let issuer: String
        package let audience: String
        package let leeway: Duration

        package init(type: String, issuer: String, audience: String, leeway: Duration = .seconds(30)) {
            precondition(.zero...Self.leewayMax ~= leeway, "a leeway beyond the limit")
            precondition(!type.isEmpty && !issuer.isEmpty && !audience.isEmpty, "an empty name matches nothing")
            (self.type, self.issuer, self.audience, self.leeway) = (type, issuer, audience, leeway)
        }
    }

    package static let tokenByteMax = 8 << 10

    private let keys: [String: JWTVerificationKey]
    private let policy: Policy

    package init(keys: [String: JWTVerificationKey], policy: Policy) {
        (self.keys, self.policy) = (keys, policy)
    }

    package func verify(_ token: String, at now: Timestamp) throws(JWTRefusal) -> JWTClaims {
        try verify(Array(token.utf8).span, at: now)
    }

    package func verify(_ token: Span<UInt8>, at now: Timestamp) throws(JWTRefusal) -> JWTClaims {
        guard token.count <= Self.tokenByteMax else { throw .tooLarge }
        let dots = token.indices.filter { token[$0] == UInt8(ascii: ".") }
        guard dots.count == 2 else { throw .malformed }
        let header = try Self.object(token.extracting(0..<dots[0]))
        let key = try key(for: header)
        let signature = try Self.decoded(token.extracting((dots[1] + 1)..<token.count))
        guard key.isValid(signature.span, for: token.extracting(0..<dots[1])) else { throw .badSignature }
        // Only what is signed is worth reading further.
        guard let type = header["typ"]?.text, Self.areSameType(type, policy.type) else { throw .wrongType }
        let claims = try JWTClaims(payload: try Self.object(token.extracting((dots[0] + 1)..<dots[1])))
        try check(claims, at: now)
        return claims
    }

    private func key(for header: JSONValue) throws(JWTRefusal) -> JWTVerificationKey {
        guard header["crit"] == nil else { throw .criticalExtension }
        guard let id = header["kid"]?.text, let key = keys[id] else { throw .unknownKey }
        guard header["alg"]?.text == key.algorithm else { throw .wrongAlgorithm }
        return key
    }

    private func check(_ claims: JWTClaims, at now: Timestamp) throws(JWTRefusal) {
        guard claims.issuer == policy.issuer else { throw .wrongIssuer }
        guard claims.audience.contains(policy.audience) else { throw .wrongAudience }
        guard now < claims.expiresAt + policy.leeway else { throw .expired }
        guard now + policy.leeway >= claims.issuedAt else { throw .issuedInFuture }
        if let notBefore = claims.notBefore, now + policy.leeway < notBefore { throw .notYetValid }
    }

    private static func decoded(_ part: Span<UInt8>) throws(JWTRefusal) -> [UInt8] {
        do throws(Base64Error) { return try Base64.url.decode(part) } catch { throw .malformed }
    }

    private static func object(_ part: Span<UInt8>) throws(JWTRefusal) -> JSONValue {
        let bytes = try decoded(part)
        do throws(JSONError) {
            let value = try JSONValue(json: bytes)
            if case .object = value { return value }
        } catch {
            throw .malformed
        }
        throw .malformed
    }

    /// Types are media types (RFC 7515 §4.1.9): case does not matter, and the prefix may be left out.
    private static func areSameType(_ left: String, _ right: String) -> Bool {
        func bare(_ type: String) -> String {
            let type = type.lowercased()
            return type.hasPrefix("application/") ? String(type.dropFirst("application/".count)) : type
        }
        return bare(left) == bare(right)
    }
}
