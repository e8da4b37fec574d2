import Crypto
import HTTP
import Providers
import Testing
import Wire

/// Which webhooks are believed. The known answers were computed by other programs.
@Suite struct SignatureTests {
    typealias Change = @Sendable (inout Case) -> Void

    /// A request that is as it should be, until something is changed.
    struct Case: Sendable {
        var url: String
        var headers: [(HeaderName, String)]
        var body: [UInt8]
        var now = Timestamp(seconds: 1_795_000_000)

        mutating func set(_ name: HeaderName, _ value: String) {
            drop(name)
            headers.append((name, value))
        }

        mutating func drop(_ name: HeaderName) { headers.removeAll { $0.0 == name } }

        func value(_ name: HeaderName) -> String { headers.first { $0.0 == name }?.1 ?? "" }

        var request: SignedRequest {
            var all = Headers()
            for (name, value) in headers { all.add(name, value) }
            return SignedRequest(url: url, headers: all, body: body)
        }
    }

    static func refusal(_ body: () throws(WebhookRefusal) -> Void) -> WebhookRefusal? {
        do throws(WebhookRefusal) {
            try body()
            return nil
        } catch { return error }
    }

    private static func secret(_ text: String) -> Crypto.Secret { Crypto.Secret(text: text) }

    /// In the middle of the body, so that it stays text.
    private static let changeByte: Change = { $0.body[$0.body.count / 2] ^= 1 }

    // MARK: - Telnyx

    static let telnyx = Case(
        url: "https://app.example.com/webhooks/telnyx/call",
        headers: [
            ("Telnyx-Timestamp", "1795000000"),
            (
                "TELNYX-SIGNATURE-ED25519",
                "zHurK/Pasu3lVxLGbqSn1f/QfgJ5QyldTvP99aFAaCRNSXDS0RKbcETMM7YKQ+2GycJ30R3N3sBDBPDKm3nCBg=="
            ),
        ],
        body: Array(
            #"{"data":{"event_type":"call.answered","id":"5f1c0c52-0000-4000-8000-000000000001","occurred_at":"2026-11-20T10:00:00.000000Z","payload":{"call_control_id":"v3:test","from":"+15005550001","to":"+15005550002","note":"café"},"record_type":"event"},"meta":{"attempt":1,"delivered_to":"https://app.example.com/telnyx"}}"#
                .utf8))

    static let telnyxChanges: [(String, WebhookRefusal?, Change)] = [
        ("as it came", nil, { _ in }),
        ("exactly 300 s late", nil, { $0.now = Timestamp(seconds: 1_795_000_300) }),
        ("exactly 300 s early", nil, { $0.now = Timestamp(seconds: 1_794_999_700) }),
        ("301 s old", .tooOld, { $0.now = Timestamp(seconds: 1_795_000_301) }),
        ("301 s from the future", .tooNew, { $0.now = Timestamp(seconds: 1_794_999_699) }),
        ("one byte changed", .wrong, changeByte),
        ("written anew", .wrong, { $0.body.append(10) }),
        ("another time", .wrong, { $0.set("telnyx-timestamp", "1795000001") }),
        ("no signature", .headerMissing, { $0.drop("telnyx-signature-ed25519") }),
        ("no time", .headerMissing, { $0.drop("telnyx-timestamp") }),
        ("an empty time", .headerMissing, { $0.set("telnyx-timestamp", "") }),
        ("two times", .headerMissing, { $0.headers.append(("telnyx-timestamp", "1795000000")) }),
        ("no number", .malformed, { $0.set("telnyx-timestamp", "not-a-number") }),
        ("a signed number", .malformed, { $0.set("telnyx-timestamp", "+1795000000") }),
        ("a fraction", .malformed, { $0.set("telnyx-timestamp", "1795000000.5") }),
        ("milliseconds", .tooNew, { $0.set("telnyx-timestamp", "1795000000000") }),
        (
            "half a signature", .malformed,
            { $0.set("telnyx-signature-ed25519", Base64.standard.encode([UInt8](repeating: 1, count: 32).span)) }
        ),
        (
            "zeros", .wrong,
            { $0.set("telnyx-signature-ed25519", Base64.standard.encode([UInt8](repeating: 0, count: 64).span)) }
        ),
        (
            "the other base64", .malformed,
            {
                let text = $0.value("telnyx-signature-ed25519")
                $0.set("telnyx-signature-ed25519", String(text.map { $0 == "/" ? "_" : $0 == "+" ? "-" : $0 }))
            }
        ),
    ]

    static func key(_ text: String) throws -> Ed25519.PublicKey {
        try #require(Ed25519.PublicKey(try Base64.standard.decode(text)))
    }

    @Test(arguments: telnyxChanges.indices)
    func `a webhook of Telnyx is believed if one of our keys signed it`(index: Int) throws {
        let (name, expected, change) = Self.telnyxChanges[index]
        var given = Self.telnyx
        change(&given)
        let own = try Self.key("A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=")
        let other = Ed25519.PrivateKey().publicKey
        for keys in [[own], [other, own], [own, other]] {
            let refusal = Self.refusal { () throws(WebhookRefusal) in
                _ = try TelnyxSignature(keys).check(given.request, at: given.now)
            }
            #expect(refusal == expected, "\(name)")
        }
        if expected == nil {
            #expect(
                Self.refusal { () throws(WebhookRefusal) in
                    _ = try TelnyxSignature([other]).check(given.request, at: given.now)
                } == .wrong)
            #expect(
                Self.refusal { () throws(WebhookRefusal) in
                    _ = try TelnyxSignature([]).check(given.request, at: given.now)
                } == .notConfigured)
        }
    }

    // MARK: - Twilio

    static let twilio = Case(
        url: "https://mycompany.com/myapp.php?foo=1&bar=2",
        headers: [("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")],
        body: Array(
            "To=%2B18005551212&CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309".utf8))

    static let twilioChanges: [(String, WebhookRefusal?, Change)] = [
        ("as it came", nil, { _ in }),
        (
            "in another order", nil,
            {
                $0.body = Array(
                    "Digits=1234&From=%2B14158675309&To=%2B18005551212&CallSid=CA1234567890ABCDE&Caller=%2B14158675309"
                        .utf8)
            }
        ),
        ("a value twice", nil, { $0.body += Array("&Digits=1234".utf8) }),
        ("one byte changed", .wrong, { $0.body[$0.body.count - 1] ^= 1 }),
        ("a field more", .wrong, { $0.body += Array("&Digits=5".utf8) }),
        ("another address", .wrong, { $0.url = "https://mycompany.com/myapp.php?foo=1&bar=3" }),
        ("another port", .wrong, { $0.url = "https://mycompany.com:8443/myapp.php?foo=1&bar=2" }),
        ("no signature", .headerMissing, { $0.drop("X-Twilio-Signature") }),
        (
            "two signatures", .headerMissing,
            { $0.headers.append(("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")) }
        ),
        ("hexadecimal", .malformed, { $0.set("X-Twilio-Signature", "452398a0de13d5c51374ad4f0ddf77fd556bf01f") }),
        (
            "too long", .malformed,
            { $0.set("X-Twilio-Signature", Base64.standard.encode([UInt8](repeating: 0, count: 32).span)) }
        ),
    ]

    @Test(arguments: twilioChanges.indices)
    func `a form of Twilio is believed if our token signed it`(index: Int) throws {
        let (name, expected, change) = Self.twilioChanges[index]
        var given = Self.twilio
        change(&given)
        let form = try #require(Query(given.body))
        let request = given.request
        for tokens in [["12345"], ["other", "12345"]] {
            let refusal = Self.refusal { () throws(WebhookRefusal) in
                try TwilioSignature(tokens.map(Self.secret)).check(request, form: form)
            }
            #expect(refusal == expected, "\(name)")
        }
        guard expected == nil else { return }
        #expect(
            Self.refusal { () throws(WebhookRefusal) in
                try TwilioSignature([Self.secret("x")]).check(request, form: form)
            } == .wrong)
        #expect(
            Self.refusal { () throws(WebhookRefusal) in try TwilioSignature([]).check(request, form: form) }
                == .notConfigured)
    }

    @Test func `another body of Twilio is believed by its digest in the address`() {
        let url =
            "https://app.example.com/tw?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
        let headers = Headers(["x-twilio-signature": "J7kPHnc53chOIfaW0R1h40DMq/w="])
        let signature = TwilioSignature([Self.secret("12345")])
        func refusal(_ body: String) -> WebhookRefusal? {
            Self.refusal { () throws(WebhookRefusal) in
                try signature.check(SignedRequest(url: url, headers: headers, body: Array(body.utf8)), form: nil)
            }
        }
        #expect(refusal(#"{"a":1}"#) == nil)
        #expect(refusal(#"{"a":2}"#) == .wrong)
    }

    @Test func `the usual port may stand in what Twilio signed, or not`() {
        let key = Self.secret("12345")
        for signed in ["https://a.example/x", "https://a.example:443/x"] {
            let code = HMACSHA1.code(for: Array(signed.utf8).span, key: key)
            let headers = Headers(["X-Twilio-Signature": Base64.standard.encode(code.span)])
            for called in ["https://a.example/x", "https://a.example:443/x"] {
                let refusal = Self.refusal { () throws(WebhookRefusal) in
                    try TwilioSignature([key]).check(
                        SignedRequest(url: called, headers: headers, body: []), form: Query([UInt8]()))
                }
                #expect(refusal == nil)
            }
        }
    }

    // MARK: - Stripe

    static let stripe = Case(
        url: "https://app.example.com/webhooks/stripe",
        headers: [
            ("Stripe-Signature", "t=1795000000,v1=d5e9ec9514f8b15dc3e4e4a2f256f93d86e7b66df3af5bd7afe3f02c517f51aa")
        ],
        body: Array(#"{"id":"evt_1","object":"event","type":"invoice.paid"}"#.utf8))

    private static let stripeCode = "d5e9ec9514f8b15dc3e4e4a2f256f93d86e7b66df3af5bd7afe3f02c517f51aa"

    static let stripeChanges: [(String, WebhookRefusal?, Change)] = [
        ("as it came", nil, { _ in }),
        (
            "with another signature", nil,
            {
                $0.set(
                    "Stripe-Signature", "t=1795000000,v1=\(String(repeating: "0", count: 64)),v1=\(stripeCode),v0=ab")
            }
        ),
        ("exactly 300 s late", nil, { $0.now = Timestamp(seconds: 1_795_000_300) }),
        ("301 s old", .tooOld, { $0.now = Timestamp(seconds: 1_795_000_301) }),
        ("301 s from the future", .tooNew, { $0.now = Timestamp(seconds: 1_794_999_699) }),
        ("one byte changed", .wrong, changeByte),
        ("another time", .wrong, { $0.set("Stripe-Signature", "t=1795000001,v1=\(stripeCode)") }),
        ("an old scheme", .malformed, { $0.set("Stripe-Signature", "t=1795000000,v0=\(stripeCode)") }),
        ("no time", .malformed, { $0.set("Stripe-Signature", "v1=\(stripeCode)") }),
        ("two times", .malformed, { $0.set("Stripe-Signature", "t=1795000000,t=1795000000,v1=\(stripeCode)") }),
        ("no header", .headerMissing, { $0.drop("Stripe-Signature") }),
        ("nonsense", .malformed, { $0.set("Stripe-Signature", "nonsense") }),
        ("base64", .malformed, { $0.set("Stripe-Signature", "t=1795000000,v1=1ens") }),
        (
            "too many", .malformed,
            { $0.set("Stripe-Signature", "t=1795000000" + String(repeating: ",v1=\(stripeCode)", count: 9)) }
        ),
    ]

    @Test(arguments: stripeChanges.indices)
    func `a webhook of Stripe is believed if one of our secrets signed it`(index: Int) {
        let (name, expected, change) = Self.stripeChanges[index]
        var given = Self.stripe
        change(&given)
        func refusal(_ secrets: String...) -> WebhookRefusal? {
            Self.refusal { () throws(WebhookRefusal) in
                _ = try StripeSignature(secrets.map(Self.secret)).check(given.request, at: given.now)
            }
        }
        #expect(refusal("whsec_test_secret_5b") == expected, "\(name)")
        #expect(refusal("whsec_old", "whsec_test_secret_5b") == expected, "\(name)")
        if expected == nil { #expect(refusal("whsec_old") == .wrong) }
        #expect(refusal() == .notConfigured)
    }

    // MARK: - HubSpot

    static let hubSpot = Case(
        url: "https://app.example.com/hooks/hubspot?tenant=7",
        headers: [
            ("X-HubSpot-Signature-V3", "wRI0DmZIZsKccCz1VhVLlCJJ8/vJtOJwMG0xINzkjxc="),
            ("X-HubSpot-Request-Timestamp", "1795000000000"),
        ],
        body: Array(#"[{"eventId":1,"subscriptionType":"contact.propertyChange"}]"#.utf8))

    static let hubSpotChanges: [(String, WebhookRefusal?, Change)] = [
        ("as it came", nil, { _ in }),
        ("exactly 5 min late", nil, { $0.now = Timestamp(seconds: 1_795_000_300) }),
        ("older", .tooOld, { $0.now = Timestamp(milliseconds: 1_795_000_300_001) }),
        ("from the future", .tooNew, { $0.now = Timestamp(milliseconds: 1_794_999_699_999) }),
        ("one byte changed", .wrong, changeByte),
        ("another address", .wrong, { $0.url = "https://app.example.com/hooks/hubspot?tenant=8" }),
        ("another time", .wrong, { $0.set("X-HubSpot-Request-Timestamp", "1795000000001") }),
        ("no time", .headerMissing, { $0.drop("X-HubSpot-Request-Timestamp") }),
        ("no signature", .headerMissing, { $0.drop("X-HubSpot-Signature-V3") }),
        ("hexadecimal", .malformed, { $0.set("X-HubSpot-Signature-V3", String(repeating: "ab", count: 32)) }),
        ("no number", .malformed, { $0.set("X-HubSpot-Request-Timestamp", "soon") }),
    ]

    @Test(arguments: hubSpotChanges.indices)
    func `a webhook of HubSpot is believed if our secret signed it`(index: Int) {
        let (name, expected, change) = Self.hubSpotChanges[index]
        var given = Self.hubSpot
        change(&given)
        func refusal(_ secrets: String...) -> WebhookRefusal? {
            Self.refusal { () throws(WebhookRefusal) in
                _ = try HubSpotSignature(secrets.map(Self.secret)).check(given.request, at: given.now)
            }
        }
        #expect(refusal("hs-client-secret") == expected, "\(name)")
        if expected == nil { #expect(refusal("another") == .wrong) }
        #expect(refusal() == .notConfigured)
    }

    @Test func `the escapes that HubSpot resolves before it signs are resolved here too`() {
        let source = "POST" + "https://a.example/h?x=a:b@c" + "{}" + "1795000000000"
        let code = HMACSHA256.code(for: Array(source.utf8).span, key: Self.secret("s"))
        let headers = Headers([
            "X-HubSpot-Signature-v3": Base64.standard.encode(code.span),
            "X-HubSpot-Request-Timestamp": "1795000000000",
        ])
        let request = SignedRequest(url: "https://a.example/h?x=a%3Ab%40c", headers: headers, body: Array("{}".utf8))
        let refusal = Self.refusal { () throws(WebhookRefusal) in
            _ = try HubSpotSignature([Self.secret("s")]).check(request, at: Timestamp(seconds: 1_795_000_000))
        }
        #expect(refusal == nil)
    }
}
