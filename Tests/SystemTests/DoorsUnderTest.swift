import Crypto
import Domain
import HTTP
import Loop
import Postgres
import Providers
import Store
import TestKit
import Testing
import Wire

/// The API with its doors, as its own login, beside a database of its own; and senders who have the keys.
struct DoorsUnderTest: Sendable {
    struct Answer: Sendable {
        let status: Int
        let text: String

        var verdict: String? { (try? JSONValue(json: Array(text.utf8)))?["verdict"]?.text }
        var code: String? { (try? JSONValue(json: Array(text.utf8)))?["code"]?.text }
    }

    static let publicURL = "https://voice.example.com"
    static let twilioToken = "twilio-token-of-a-test"
    static let stripeSecret = "whsec_of_a_test"
    static let hubSpotSecret = "hubspot-secret-of-a-test"
    static let organization = ConsoleUnderTest.organization
    static let agent = UUID(value: 0xB2)
    static let number = "+15550100001"

    let test: ConsoleUnderTest
    let process: ProcessUnderTest
    let client: HTTPClient
    let key: Ed25519.PrivateKey

    static func with(
        _ settings: [String: String] = [:], _ body: @escaping @Sendable (DoorsUnderTest) async throws -> Void
    ) async throws {
        try await ConsoleUnderTest.with { test in
            let key = Ed25519.PrivateKey()
            let keys = [Ed25519.PrivateKey().publicKey, key.publicKey].map { Base64.standard.encode($0.bytes.span) }
            let environment = [
                "DATABASE_URL": try processURL(like: test.url), "PUBLIC_URL": publicURL + "/",
                "TELNYX_PUBLIC_KEYS": keys.joined(separator: ","), "TWILIO_AUTH_TOKENS": "another,\(twilioToken)",
                "STRIPE_WEBHOOK_SECRETS": "whsec_another,\(stripeSecret)", "HUBSPOT_CLIENT_SECRETS": hubSpotSecret,
            ]
            let all = environment.merging(settings) { $1 }
            try await ProcessUnderTest.with(.api, all, on: test.loop) { process in
                try await process.untilReady()
                try await test.pool.execute(
                    """
                    INSERT INTO phone_numbers (number, organization_id, agent_id, agent_version, carrier)
                    VALUES (\(number), \(organization), \(agent), 3, 'telnyx')
                    """)
                let client = HTTPClient(loop: test.loop)
                let result: Result<Void, any Error>
                do {
                    result = .success(
                        try await body(DoorsUnderTest(test: test, process: process, client: client, key: key)))
                } catch { result = .failure(error) }
                client.shutdown()
                #expect(!process.process.output.contains(number), "a number stands in the log")
                try result.get()
            }
        }
    }

    /// The same database for the login that the processes have.
    private static func processURL(like url: String) throws -> String {
        let name = url.prefix { $0 != "?" }.split(separator: "/").last ?? ""
        let own = try Services.processURL
        let parts = own.split(separator: "?", maxSplits: 1)
        let server = parts[0].split(separator: "/").prefix(2).joined(separator: "//")
        return "\(server)/\(name)" + (parts.count > 1 ? "?\(parts[1])" : "")
    }

    // MARK: - Senders

    func post(_ target: String, _ headers: Headers, _ body: [UInt8]) async throws -> Answer {
        let response = try await client.send(
            ClientRequest(.post, "http://127.0.0.1:\(process.port)\(target)", headers: headers, body: .bytes(body)))
        let text = String(decoding: try await response.body.whole(), as: UTF8.self)
        return Answer(status: Int(response.status.rawValue), text: text)
    }

    func telnyx(_ body: [UInt8], at time: Timestamp = .now) async throws -> Answer {
        try await post("/webhooks/telnyx/call", telnyxHeaders(body, at: time), body)
    }

    func telnyxHeaders(_ body: [UInt8], at time: Timestamp = .now, by other: Ed25519.PrivateKey? = nil) -> Headers {
        let seconds = "\(time.microseconds / 1_000_000)"
        let message = Array("\(seconds)|".utf8) + body
        return Headers([
            "Telnyx-Timestamp": seconds,
            "Telnyx-Signature-Ed25519": Base64.standard.encode((other ?? key).sign(message.span).span),
        ])
    }

    func twilio(_ kind: String, _ form: KeyValuePairs<String, String>, tag: LegTag? = nil) async throws -> Answer {
        let target = "/webhooks/twilio/\(kind)" + (tag.map { "?tag=\($0.text)" } ?? "")
        let body = form.map { "\($0.key)=\(PercentCoding.encode($0.value))" }.joined(separator: "&")
        return try await post(target, twilioHeaders(target, form), Array(body.utf8))
    }

    func twilioHeaders(
        _ target: String, _ form: KeyValuePairs<String, String>, by token: String = twilioToken
    ) -> Headers {
        let fields = form.sorted { $0.key < $1.key }.map { $0.key + $0.value }.joined()
        let code = HMACSHA1.code(
            for: Array((Self.publicURL + target + fields).utf8).span, key: Secret(text: token))
        return Headers(["X-Twilio-Signature": Base64.standard.encode(code.span)])
    }

    // MARK: - What is there

    func count(_ sql: SQL) async throws -> Int { try await test.count(sql) }

    /// Every event of the log, by stream.
    func calls() async throws -> [UUID: [RecordedEvent]] {
        var calls: [UUID: [RecordedEvent]] = [:]
        for lane in 0..<test.log.lanes {
            var position: Int64 = 0
            while true {
                let page = try await test.log.page(
                    lane: lane, after: position, limit: EventLog.pageMax, through: .pool(test.pool))
                guard let last = page.last else { break }
                for event in page { calls[event.stream, default: []].append(event) }
                position = last.position
            }
        }
        return calls
    }
}

/// Webhooks of Telnyx as they come, for one leg.
struct TelnyxLeg: Sendable {
    let control: String
    var tag: LegTag?
    var from = "+15550100009"
    var to = DoorsUnderTest.number
    /// Of its first notice; each one after it comes a second later.
    var began = Timestamp(seconds: 1_790_000_000)

    func webhook(_ type: String, second: Int64, id: String? = nil, hasNumbers: Bool = true, _ more: String = "")
        -> [UInt8]
    {
        let state = tag.map { "\"\(Base64.standard.encode(Array($0.text.utf8).span))\"" } ?? "null"
        let numbers = hasNumbers ? "\"from\":\"\(from)\",\"to\":\"\(to)\"," : ""
        let at = Timestamp(microseconds: began.microseconds + second * 1_000_000)
        return Array(
            """
            {"data":{"event_type":"\(type)","id":"\(id ?? "\(control)/\(type)/\(second)")","occurred_at":"\(at)",
            "payload":{"call_control_id":"\(control)","call_leg_id":"leg-\(control)","call_session_id":"session-\(control)",
            "client_state":\(state),\(numbers)"connection_id":"2811212257810187875"\(more)},"record_type":"event"}}
            """.utf8)
    }

    /// A whole call: eleven webhooks, of which one says nothing that the log should know.
    var core: [[UInt8]] {
        let way = tag == nil ? "incoming" : "outgoing"
        return [
            webhook("call.initiated", second: 0, ",\"direction\":\"\(way)\""),
            webhook("call.answered", second: 2),
            webhook("streaming.started", second: 3, hasNumbers: false, #","stream_id":"s""#),
            webhook("call.dtmf.received", second: 4, #","digit":"1""#),
            webhook("call.dtmf.received", second: 5, #","digit":"2""#),
            webhook("call.gather.ended", second: 6, #","digits":"12","status":"valid""#),
            webhook("call.speak.ended", second: 7, #","status":"completed""#),
            webhook("streaming.stopped", second: 8, hasNumbers: false, #","stream_id":"s""#),
            webhook(
                "call.hangup", second: 9,
                #","hangup_cause":"normal_clearing","hangup_source":"caller","sip_hangup_cause":"200""#),
            webhook(
                "call.recording.saved", second: 10, hasNumbers: false,
                ",\"recording_id\":\"r-\(control)\",\"channels\":\"dual\""),
            webhook("call.fork.started", second: 7),
        ]
    }

    static let coreTypes: Set<String> = [
        "call.answered", "media.started", "media.stopped", "dtmf.received", "gather.ended", "announcement.ended",
        "recording.stored", "call.ended",
    ]
    /// Two keys are pressed in it, and it begins in one of two ways.
    static let coreCount = 10

    /// What else may happen in it, two and two.
    func line(_ part: Int) -> [[UInt8]] {
        switch part {
        case 0:
            [
                webhook("call.playback.started", second: 6, #","media_name":"hold""#),
                webhook("call.playback.ended", second: 7, #","media_name":"hold","status":"completed""#),
            ]
        case 1: [webhook("call.hold", second: 6), webhook("call.unhold", second: 7)]
        case 2:
            [
                webhook("call.enqueued", second: 6, #","queue":"q","current_position":1"#),
                webhook("call.dequeued", second: 7, #","queue":"q","reason":"bridged""#),
            ]
        case 3:
            [
                webhook("call.speak.started", second: 6),
                webhook(
                    "call.transcription", second: 7, #","transcription_data":{"transcript":"hello","is_final":true}"#),
            ]
        case 4:
            [
                webhook("call.bridged", second: 7),
                webhook(
                    "call.recording.transcription.saved", second: 12, hasNumbers: false,
                    ",\"recording_id\":\"r-\(control)\",\"transcription_text\":\"hello\""),
            ]
        default:
            [
                webhook("call.machine.premium.detection.ended", second: 3, #","result":"human_residence""#),
                webhook("call.cost", second: 11, hasNumbers: false, #","total_cost":"0.0125""#),
            ]
        }
    }

    static let lineTypes: [Set<String>] = [
        ["playback.started", "playback.ended"], ["call.held", "call.resumed"], ["call.enqueued", "call.dequeued"],
        ["announcement.started", "call.transcribed"], ["call.bridged", "recording.transcribed"],
        ["machine.detected", "call.charged"],
    ]

    var all: [[UInt8]] { core + Self.lineTypes.indices.flatMap(line) }
}
