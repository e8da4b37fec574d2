import Crypto
import Testing
import Wire

@Suite struct JWTTests {
    static let now = Timestamp(seconds: 1_795_000_000)
    static let policy = JWTVerifier.Policy(type: "at+jwt", issuer: "https://api.example", audience: "dashboard")
    static let claims = JWTClaims(
        issuer: "https://api.example", subject: "user-1", audience: ["dashboard"], tokenID: "t-1",
        issuedAt: now - .seconds(10), expiresAt: now + .seconds(600), others: ["role": .string("owner")])

    static let privateKey = Ed25519.PrivateKey()
    static let shared = JWTSharedKey(Secret(text: "a secret of at least thirty-two bytes"))

    static func keys() throws -> [String: JWTSigningKey] {
        ["ed": .ed25519(privateKey), "hs": .hs256(try #require(shared))]
    }

    static func verifier() throws -> JWTVerifier {
        JWTVerifier(keys: try keys().mapValues(\.verificationKey), policy: policy)
    }

    /// RFC 7515, appendix A.1.
    @Test func `the published HS256 token holds`() throws {
        let secret = try Base64.url.decode(
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
        let key = JWTVerificationKey.hs256(try #require(JWTSharedKey(Secret(copying: secret))))
        let message = Array(
            ("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
                + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ").utf8)
        let signature = try Base64.url.decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        let isValid = key.isValid(signature.span, for: message.span)
        #expect(isValid && key.algorithm == "HS256")
    }

    /// RFC 8037, appendix A.4.
    @Test func `the published EdDSA token comes out`() throws {
        let seed = try Base64.url.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
        let key = try #require(Ed25519.PrivateKey(seed: Secret(copying: seed)))
        #expect(try key.publicKey.bytes == Base64.url.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
        let signature = key.sign(Array("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".utf8))
        let expected = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        #expect(try signature == Base64.url.decode(expected))
    }

    @Test(arguments: ["ed", "hs"])
    func `a token of ours is accepted with all it says`(keyID: String) throws {
        let token = JWTSigner(keyID: keyID, key: try #require(try Self.keys()[keyID]), type: "at+jwt").sign(Self.claims)
        #expect(try Self.verifier().verify(token, at: Self.now) == Self.claims)
    }

    @Test func `the old key stays good beside the new one until it is taken away`() throws {
        let (old, new) = (Ed25519.PrivateKey(), Ed25519.PrivateKey())
        let token = JWTSigner(keyID: "2025", key: .ed25519(old), type: "at+jwt").sign(Self.claims)
        let both = JWTVerifier(
            keys: ["2025": .ed25519(old.publicKey), "2026": .ed25519(new.publicKey)], policy: Self.policy)
        #expect(try both.verify(token, at: Self.now) == Self.claims)
        let later = JWTVerifier(keys: ["2026": .ed25519(new.publicKey)], policy: Self.policy)
        #expect(throws: JWTRefusal.unknownKey) { try later.verify(token, at: Self.now) }
    }

    @Test func `only public keys are published`() throws {
        let document = JWKSet.document(for: try Self.keys().mapValues(\.verificationKey))
        let bytes = Self.privateKey.publicKey.bytes
        let x = Base64.url.encode(bytes.span)
        let expected = #"{"keys":[{"alg":"EdDSA","crv":"Ed25519","kid":"ed","kty":"OKP","use":"sig","x":"\#(x)"}]}"#
        #expect(String(decoding: document.bytes(order: .sorted), as: UTF8.self) == expected)
    }

    @Test func `a shared key has at least thirty-two bytes`() {
        #expect(JWTSharedKey(.random(count: 31)) == nil)
        #expect(JWTSharedKey(.random(count: 32)) != nil)
    }

    /// Moments relative to a token that was issued at 0, is good from 0 on and expires at 600, with a leeway of 30.
    @Test(
        arguments: [
            (-31, JWTRefusal.issuedInFuture), (-30, nil), (0, nil), (599, nil), (629, nil), (630, .expired),
            (700, .expired),
        ] as [(Int, JWTRefusal?)])
    func `time is judged with the leeway and no more`(seconds: Int, refusal: JWTRefusal?) throws {
        var claims = Self.claims
        claims.issuedAt = Self.now
        claims.notBefore = Self.now
        claims.expiresAt = Self.now + .seconds(600)
        let token = JWTSigner(keyID: "ed", key: .ed25519(Self.privateKey), type: "at+jwt").sign(claims)
        let verifier = try Self.verifier()
        let moment = Self.now + .seconds(seconds)
        if let refusal {
            #expect(throws: refusal) { try verifier.verify(token, at: moment) }
        } else {
            #expect(try verifier.verify(token, at: moment) == claims)
        }
    }
}
