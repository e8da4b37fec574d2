import Crypto
import Testing
import Wire

/// Tokens somebody made to get in. Each is signed as well as its maker can, so that what refuses it is the check named.
@Suite struct JWTAttackTests {
    enum Signature {
        case ed25519, hs256, none
        /// With the public key, which everybody has, as the shared secret.
        case hs256WithPublicKey
        case stranger
    }

    struct Attack: Sendable {
        let header: String
        let payload: String
        let signature: Signature
        let refusal: JWTRefusal

        init(_ header: String, _ payload: String, _ signature: Signature, _ refusal: JWTRefusal) {
            (self.header, self.payload, self.signature, self.refusal) = (header, payload, signature, refusal)
        }
    }

    static let header = #"{"alg":"EdDSA","kid":"ed","typ":"at+jwt"}"#
    static let payload = payload()

    /// A payload that is in order but for one member, replaced by the text given; left out if that is empty.
    static func payload(_ name: String = "", _ value: String = "") -> String {
        var members = [
            ("iss", #""https://api.example""#), ("sub", #""user-1""#), ("aud", #""dashboard""#), ("jti", #""t-1""#),
            ("iat", "1794999990"), ("exp", "1795000600"), ("nbf", "1794999990"),
        ]
        members.removeAll { $0.0 == name }
        if !value.isEmpty { members.append((name, value)) }
        return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    static func encode(_ text: String) -> String { Base64.url.encode(Array(text.utf8).span) }

    static func token(_ header: String, _ payload: String, _ signature: Signature) throws -> String {
        let message = "\(encode(header)).\(encode(payload))"
        let signed = code(of: Array(message.utf8), signature)
        return "\(message).\(Base64.url.encode(signed.span))"
    }

    static func code(of message: [UInt8], _ signature: Signature) -> [UInt8] {
        let shared = Secret(text: "a secret of at least thirty-two bytes")
        switch signature {
        case .ed25519: return JWTTests.privateKey.sign(message)
        case .hs256: return HMACSHA256.code(for: message.span, key: shared)
        case .hs256WithPublicKey:
            return HMACSHA256.code(for: message.span, key: Secret(copying: JWTTests.privateKey.publicKey.bytes))
        case .none: return []
        case .stranger: return Ed25519.PrivateKey().sign(message)
        }
    }

    static let attacks: [Attack] = [
        // The algorithm.
        Attack(#"{"alg":"none","kid":"ed","typ":"at+jwt"}"#, payload, .none, .wrongAlgorithm),
        Attack(#"{"alg":"None","kid":"ed","typ":"at+jwt"}"#, payload, .none, .wrongAlgorithm),
        Attack(#"{"alg":"nOnE","kid":"hs","typ":"at+jwt"}"#, payload, .none, .wrongAlgorithm),
        Attack(#"{"alg":"","kid":"ed","typ":"at+jwt"}"#, payload, .ed25519, .wrongAlgorithm),
        Attack(#"{"alg":null,"kid":"ed","typ":"at+jwt"}"#, payload, .ed25519, .wrongAlgorithm),
        Attack(#"{"kid":"ed","typ":"at+jwt"}"#, payload, .ed25519, .wrongAlgorithm),
        Attack(#"{"alg":"HS256","kid":"ed","typ":"at+jwt"}"#, payload, .hs256WithPublicKey, .wrongAlgorithm),
        Attack(#"{"alg":"EdDSA","kid":"ed","typ":"at+jwt"}"#, payload, .hs256WithPublicKey, .badSignature),
        Attack(#"{"alg":"HS512","kid":"hs","typ":"at+jwt"}"#, payload, .hs256, .wrongAlgorithm),
        Attack(#"{"alg":"hs256","kid":"hs","typ":"at+jwt"}"#, payload, .hs256, .wrongAlgorithm),
        Attack(#"{"alg":"EdDSA","kid":"hs","typ":"at+jwt"}"#, payload, .ed25519, .wrongAlgorithm),
        Attack(#"{"alg":["EdDSA"],"kid":"ed","typ":"at+jwt"}"#, payload, .ed25519, .wrongAlgorithm),
        // The key.
        Attack(#"{"alg":"EdDSA","typ":"at+jwt"}"#, payload, .ed25519, .unknownKey),
        Attack(#"{"alg":"EdDSA","kid":"","typ":"at+jwt"}"#, payload, .ed25519, .unknownKey),
        Attack(#"{"alg":"EdDSA","kid":"../ed","typ":"at+jwt"}"#, payload, .ed25519, .unknownKey),
        Attack(#"{"alg":"EdDSA","kid":7,"typ":"at+jwt"}"#, payload, .ed25519, .unknownKey),
        Attack(#"{"alg":"EdDSA","jwk":{"kty":"OKP"},"typ":"at+jwt"}"#, payload, .stranger, .unknownKey),
        Attack(
            #"{"alg":"EdDSA","kid":"ed","jku":"https://evil.example","typ":"at+jwt"}"#, payload, .stranger,
            .badSignature),
        Attack(header, payload, .stranger, .badSignature),
        Attack(header, payload, .none, .badSignature),
        // The header.
        Attack(#"{"alg":"none","alg":"EdDSA","kid":"ed","typ":"at+jwt"}"#, payload, .ed25519, .malformed),
        Attack(#"{"alg":"EdDSA","kid":"ed","typ":"at+jwt","crit":["exp"]}"#, payload, .ed25519, .criticalExtension),
        Attack(
            #"{"alg":"EdDSA","kid":"ed","typ":"at+jwt","crit":[],"b64":false}"#, payload, .ed25519, .criticalExtension),
        Attack(#"{"alg":"EdDSA","kid":"ed","typ":"JWT"}"#, payload, .ed25519, .wrongType),
        Attack(#"{"alg":"EdDSA","kid":"ed","typ":"refresh+jwt"}"#, payload, .ed25519, .wrongType),
        Attack(#"{"alg":"EdDSA","kid":"ed"}"#, payload, .ed25519, .wrongType),
        Attack(#"["EdDSA"]"#, payload, .ed25519, .malformed),
        Attack("", payload, .ed25519, .malformed),
        Attack(header + " x", payload, .ed25519, .malformed),
        // The payload.
        Attack(header, "", .ed25519, .malformed),
        Attack(header, "[]", .ed25519, .malformed),
        Attack(header, "{\"exp\":1", .ed25519, .malformed),
        Attack(header, #"{"sub":"user-1","sub":"admin"}"#, .ed25519, .malformed),
        Attack(header, #"{"sub":"user-1","\u0073ub":"admin"}"#, .ed25519, .malformed),
        Attack(header, String(repeating: "[", count: 2_000), .ed25519, .malformed),
        Attack(header, payload("exp"), .ed25519, .missing("exp")),
        Attack(header, payload("exp", "\"1795000600\""), .ed25519, .unusable("exp")),
        Attack(header, payload("exp", "1e300"), .ed25519, .unusable("exp")),
        Attack(header, payload("exp", "1e400"), .ed25519, .malformed),
        Attack(header, payload("exp", "-1"), .ed25519, .unusable("exp")),
        Attack(header, payload("exp", "null"), .ed25519, .unusable("exp")),
        Attack(header, payload("exp", "1794999969.9"), .ed25519, .expired),
        Attack(header, payload("exp", "1794999970"), .ed25519, .expired),
        Attack(header, payload("nbf", "1795000030.5"), .ed25519, .notYetValid),
        Attack(header, payload("nbf", "[]"), .ed25519, .unusable("nbf")),
        Attack(header, payload("iat"), .ed25519, .missing("iat")),
        Attack(header, payload("iat", "1795000031"), .ed25519, .issuedInFuture),
        Attack(header, payload("iss"), .ed25519, .missing("iss")),
        Attack(header, payload("iss", #""https://api.example/""#), .ed25519, .wrongIssuer),
        Attack(header, payload("iss", #"["https://api.example"]"#), .ed25519, .unusable("iss")),
        Attack(header, payload("aud"), .ed25519, .missing("aud")),
        Attack(header, payload("aud", "\"other\""), .ed25519, .wrongAudience),
        Attack(header, payload("aud", "[]"), .ed25519, .unusable("aud")),
        Attack(header, payload("aud", "[\"dashboard\",1]"), .ed25519, .unusable("aud")),
        Attack(header, payload("aud", "[\"a\",\"b\"]"), .ed25519, .wrongAudience),
        Attack(header, payload("aud", "\"Dashboard\""), .ed25519, .wrongAudience),
        Attack(header, payload("sub"), .ed25519, .missing("sub")),
        Attack(header, payload("sub", "\"\""), .ed25519, .unusable("sub")),
        Attack(header, payload("jti"), .ed25519, .missing("jti")),
        Attack(header, payload("jti", "1"), .ed25519, .unusable("jti")),
    ]

    @Test(arguments: attacks)
    func `a made-up token is refused for its fault`(attack: Attack) throws {
        let token = try Self.token(attack.header, attack.payload, attack.signature)
        let verifier = try JWTTests.verifier()
        #expect(throws: attack.refusal) { try verifier.verify(token, at: JWTTests.now) }
    }

    @Test(arguments: [
        payload, payload("aud", "[\"other\",\"dashboard\"]"), payload("exp", "1795000600.5"), payload("nbf"),
        payload("new", "{}"),
        payload("exp", "1794999970.1"), payload("nbf", "1795000030"), payload("iat", "1.794999990e9"),
    ])
    func `what is only unusual is accepted`(payload: String) throws {
        let token = try Self.token(Self.header, payload, .ed25519)
        #expect(try JWTTests.verifier().verify(token, at: JWTTests.now).subject == "user-1")
        let long = try Self.token(#"{"typ":"application/AT+JWT","kid":"ed","alg":"EdDSA"}"#, payload, .ed25519)
        #expect(try JWTTests.verifier().verify(long, at: JWTTests.now).subject == "user-1")
    }

    @Test func `the text of a token has no second spelling`() throws {
        let token = try Self.token(Self.header, Self.payload, .ed25519)
        let verifier = try JWTTests.verifier()
        let parts = token.split(separator: ".").map(String.init)
        // The signature's last character carries four spare bits: the next one of the alphabet means the same bytes.
        let last = try #require(token.utf8.last)
        let respelled = String(token.dropLast()) + String(UnicodeScalar(last + 1))
        let (head, body, tail) = (parts[0], parts[1], parts[2])
        let texts: [String] = [
            "", ".", "..", "...", "\(token).", ".\(token)", "\(token)=", "\(token)==", "\(token)\n", " \(token)",
            "\(token).x",
            "\(head).\(body)", "\(head).\(body).", "\(head)..\(tail)", ".\(body).\(tail)", "\(head)=.\(body).\(tail)",
            "\(head)..\(body)..\(tail)", "\(head),\(body),\(tail)", respelled, token.uppercased(),
            "\(token.dropLast())",
            "\(token.dropLast(2))", "\(token)AA",
        ]
        for text in texts {
            #expect(throws: JWTRefusal.self, "\(text)") { try verifier.verify(text, at: JWTTests.now) }
        }
        for index in 0..<token.utf8.count {
            var bytes = Array(token.utf8)
            bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let broken = String(decoding: bytes, as: UTF8.self)
            #expect(throws: JWTRefusal.self, "byte \(index)") { try verifier.verify(broken, at: JWTTests.now) }
        }
    }

    @Test func `a token beyond the limit is refused unread`() throws {
        let padding = String(repeating: "x", count: JWTVerifier.tokenByteMax)
        let token = try Self.token(Self.header, Self.payload("pad", "\"\(padding)\""), .ed25519)
        let verifier = try JWTTests.verifier()
        #expect(throws: JWTRefusal.tooLarge) { try verifier.verify(token, at: JWTTests.now) }
    }
}
