import Crypto
import Domain
import TestKit
import Testing
import Wire

/// Tokens that must not be taken, brought to the real process.
@Suite(.timeLimit(.minutes(3)), .serialized) struct TokenAttackTests {
    private static let seed = [UInt8](repeating: 7, count: 32)
    private static let previousSeed = [UInt8](repeating: 9, count: 32)
    private static let previousSecret = "the-secret-that-was-used-before-this-key"

    private static func key(_ seed: [UInt8]) throws -> Ed25519.PrivateKey {
        try #require(Ed25519.PrivateKey(seed: Crypto.Secret(copying: seed)))
    }

    /// RFC 7638.
    private static func thumbprint(_ key: Ed25519.PrivateKey) -> String {
        let x = Base64.url.encode(key.publicKey.bytes.span)
        let digest = HashFunction.sha256.digest(of: Array(#"{"crv":"Ed25519","kty":"OKP","x":"\#(x)"}"#.utf8))
        return Base64.url.encode(digest.span)
    }

    private struct Mint {
        let user: UUID
        let organization: OrganizationID

        func claims(
            from begin: Duration = .zero, for span: Duration = .seconds(600), issuer: String = "ledgerline",
            audience: String = "ledgerline-api", notBefore: Duration? = nil, role: String = "owner"
        ) -> JWTClaims {
            let now = Timestamp.now
            return JWTClaims(
                issuer: issuer, subject: user.description, audience: [audience], tokenID: UUID.v7().description,
                issuedAt: now + begin, expiresAt: now + begin + span, notBefore: notBefore.map { now + $0 },
                others: [
                    "org": .string(organization.description), "role": .string(role),
                    "fam": .string(UUID.v7().description),
                ])
        }

        func token(_ id: String, _ key: JWTSigningKey, _ claims: JWTClaims, type: String = "at+jwt") -> String {
            JWTSigner(keyID: id, key: key, type: type).sign(claims)
        }
    }

    private static func unsigned(_ header: String, of token: String) -> String {
        let payload = token.split(separator: ".")[1]
        return "\(Base64.url.encode(Array(header.utf8).span)).\(payload)."
    }

    @Test func `only what we signed, for this, now, is taken`() async throws {
        let environment = [
            "JWT_PRIVATE_KEY": Base64.standard.encode(Self.seed.span), "JWT_SECRET": APIUnderTest.secret,
            "JWT_PREVIOUS_PRIVATE_KEY": Base64.standard.encode(Self.previousSeed.span),
            "JWT_PREVIOUS_SECRET": Self.previousSecret,
        ]
        try await APIUnderTest.with(environment) { api in
            let mint = Mint(user: try await api.user(api.first.email(.owner)), organization: api.first.organization)
            let (key, previous) = (try Self.key(Self.seed), try Self.key(Self.previousSeed))
            let (id, previousID) = (Self.thumbprint(key), Self.thumbprint(previous))
            let good = mint.token(id, .ed25519(key), mint.claims())
            #expect(try await api.get("/auth/me", token: good).status == 200)
            #expect(
                try await api.get(
                    "/auth/me", token: mint.token(previousID, .ed25519(previous), mint.claims())
                ).status == 200)

            // The public key as a shared secret, and the secret that is set but does not sign.
            let confused = try #require(JWTSharedKey(Crypto.Secret(copying: key.publicKey.bytes)))
            let idle = try #require(JWTSharedKey(Crypto.Secret(text: APIUnderTest.secret)))
            let tokens = try await api.tokens()
            let parts = good.split(separator: ".").map(String.init)
            let changed = Base64.url.encode(
                Array(
                    String(decoding: try Base64.url.decode(parts[1]), as: UTF8.self).replacing("owner", with: "ownes")
                        .utf8
                )
                .span)
            let attacks: [(String, String)] = [
                ("alg none", Self.unsigned(#"{"alg":"none","kid":"\#(id)","typ":"at+jwt"}"#, of: good)),
                ("alg None", Self.unsigned(#"{"alg":"None","kid":"\#(id)","typ":"at+jwt"}"#, of: good)),
                ("HS256 with the public key", mint.token(id, .hs256(confused), mint.claims())),
                ("HS256 with the idle secret", mint.token(id, .hs256(idle), mint.claims())),
                ("an unknown kid", mint.token("another", .ed25519(key), mint.claims())),
                ("another's kid", mint.token(previousID, .ed25519(key), mint.claims())),
                ("another key", mint.token(id, .ed25519(Ed25519.PrivateKey()), mint.claims())),
                ("expired", mint.token(id, .ed25519(key), mint.claims(from: .seconds(-700)))),
                ("not yet valid", mint.token(id, .ed25519(key), mint.claims(notBefore: .seconds(120)))),
                ("issued in the future", mint.token(id, .ed25519(key), mint.claims(from: .seconds(120)))),
                ("another audience", mint.token(id, .ed25519(key), mint.claims(audience: "dashboard"))),
                ("another issuer", mint.token(id, .ed25519(key), mint.claims(issuer: "somebody"))),
                ("another type", mint.token(id, .ed25519(key), mint.claims(), type: "rt+jwt")),
                ("an unknown role", mint.token(id, .ed25519(key), mint.claims(role: "emperor"))),
                ("a refresh token", tokens.refresh),
                ("cut short", String(good.dropLast(1))),
                ("without its signature", parts[0] + "." + parts[1]),
                ("with another payload", "\(parts[0]).\(changed).\(parts[2])"),
                ("padded", good + "="),
                ("empty", ""),
                ("too long", good + String(repeating: "a", count: 9_000)),
                ("an API key that is none", "ll_live_00000000_" + String(repeating: "a", count: 43)),
            ]
            for (name, token) in attacks {
                let answer = try await api.get("/auth/me", token: token)
                #expect(answer.status == 401, "\(name): \(answer.raw.text)")
                #expect(try answer.code == "unauthorized", "\(name)")
                #expect(answer.raw["www-authenticate"] == "Bearer", "\(name)")
            }
            let twice = try await api.ask(
                "GET", "/api/v1/auth/me",
                headers: ["Authorization": "Bearer \(good)", "authorization": "Bearer \(good)"])
            #expect(twice.status == 401)
            #expect(try await api.ask("GET", "/api/v1/auth/me", headers: ["Authorization": good]).status == 401)
        }
    }

    @Test func `the public keys are shown, and no secret`() async throws {
        let environment = [
            "JWT_PRIVATE_KEY": Base64.standard.encode(Self.seed.span),
            "JWT_PREVIOUS_PRIVATE_KEY": Base64.standard.encode(Self.previousSeed.span),
            "JWT_PREVIOUS_SECRET": Self.previousSecret,
        ]
        try await APIUnderTest.with(environment) { api in
            let answer = try await api.ask("GET", "/.well-known/jwks.json")
            guard case .array(let keys)? = try answer.json["keys"] else {
                Issue.record("no keys: \(answer.raw.text)")
                return
            }
            let expected = try [Self.seed, Self.previousSeed].map { Self.thumbprint(try Self.key($0)) }
            #expect(Set(keys.compactMap { $0["kid"]?.text }) == Set(expected))
            #expect(keys.allSatisfy { $0["kty"]?.text == "OKP" && $0["d"] == nil && $0["k"] == nil })
        }
    }

    @Test(arguments: ["JWT_PRIVATE_KEY", "JWT_PREVIOUS_PRIVATE_KEY"])
    func `what is no key is refused at the start, by its name and without its text`(name: String) async throws {
        let text = "this-is-no-ed25519-key-but-it-is-long-enough"
        let environment = [
            name: text, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere", "REDIS_URL": "redis://127.0.0.1:1",
        ]
        try await RunningProcess.with(BuiltProducts.executable("ledgerline-api"), environment: environment) { process in
            #expect(await process.exit() == 69)
            #expect(process.output.contains("\(name) is no Ed25519 key"), "\(process.output)")
            #expect(!process.output.contains(text))
        }
    }
}
