import Crypto
import Domain
import Loop
import Postgres
import Simulators
import Store
import TestKit
import Testing
import Wire

/// All three processes between a carrier and providers that are simulated: whoever calls the number is answered. On the test's loop
/// alone, which is why `@unchecked` holds.
struct PhonesUnderTest: @unchecked Sendable {
    static let number = "+15550100001"
    /// The same agent's, at Twilio.
    static let twilioNumber = "+15550100002"
    private static let twilioToken = "twilio-token-of-a-test"
    static let caller = "+15550100009"
    static let greeting = CallsUnderTest.greeting

    let api: APIUnderTest
    let calls: CallsUnderTest
    let workers: ProcessUnderTest
    /// Of a developer of the first organization, and of one of the second.
    let token: String
    let foreign: String
    let agent: String
    let twilio: TwilioSimulator
    /// What workers need to be like those that run.
    let workersSettings: [String: String]

    var telnyx: TelnyxSimulator { calls.telnyx }
    var loop: Loop { calls.loop }

    static func with(
        rules: [ChatRule] = [], _ environment: [String: String] = [:], workers more: [String: String] = [:],
        realtime: [String: String] = [:],
        _ body: @escaping @Sendable (PhonesUnderTest) async throws -> Void
    ) async throws {
        let key = Ed25519.PrivateKey()
        let (apiPort, mediaPort) = (try FreePort.find(), try FreePort.find())
        let home = "http://127.0.0.1:\(apiPort)"
        let twilioAccount = [
            "TWILIO_ACCOUNT_SID": TwilioSimulator.account, "TWILIO_AUTH_TOKENS": twilioToken, "PUBLIC_URL": home,
        ]
        let doors = [
            "TELNYX_PUBLIC_KEYS": Base64.standard.encode(key.publicKey.bytes.span), "PORT": "\(apiPort)",
            "MEDIA_URL": "ws://127.0.0.1:\(mediaPort)",
        ].merging(twilioAccount) { $1 }
        try await APIUnderTest.with(doors.merging(environment) { $1 }) { api in
            let loop = api.owner.loop
            let telnyx = TelnyxSimulator(on: loop, key: "right", webhookKey: key)
            telnyx.settings.webhookURL = home + "/webhooks/telnyx/call"
            let twilio = TwilioSimulator(on: loop, token: twilioToken)
            twilio.settings.voiceURL = home + "/webhooks/twilio/voice"
            twilio.settings.statusURL = home + "/webhooks/twilio/status"
            let own = realtime.merging(twilioAccount) { $1 }.merging(["PORT": "\(mediaPort)"]) { $1 }
            try await CallsUnderTest.with(
                database: api.url, on: loop, rules: rules, own, telnyx: telnyx, twilio: twilio
            ) { calls in
                let settings = [
                    "DATABASE_URL": api.url, "TELNYX_API_URL": calls.world.telnyxURL, "TELNYX_API_KEY": "right",
                    "TELNYX_CONNECTION_ID": "2811212257810187875", "PUBLIC_URL": home,
                    "TWILIO_API_URL": "http://127.0.0.1:\(calls.world.port)",
                    "MEDIA_URL": "ws://127.0.0.1:\(mediaPort)",
                    // What calls came to is told later than anybody looks here.
                    "LEDGERLINE_SETTLED_AFTER": "1h",
                ].merging(twilioAccount) { $1 }
                let workersSettings = settings.merging(more) { $1 }
                try await ProcessUnderTest.with(.workers, workersSettings, on: loop) { workers in
                    try await workers.untilReady()
                    let token = try await api.tokens(.developer).access
                    let agent = try await agent(api, token)
                    let made = try await api.post(
                        "/phone-numbers", token: token, #"{"number":"\#(number)","agent_id":"\#(agent)"}"#)
                    try #require(made.status == 201, "\(made.raw.text)")
                    let foreign = try await api.tokens(.developer, of: api.second).access
                    try await body(
                        PhonesUnderTest(
                            api: api, calls: calls, workers: workers, token: token, foreign: foreign, agent: agent,
                            twilio: twilio, workersSettings: workersSettings))
                    for process in [api.process, calls.process, workers] {
                        #expect(!process.process.output.contains(caller), "a number stands in the log")
                        for address in telnyx.stage.seen.documents.compactMap({ $0["stream_url"]?.text }) {
                            let token = address.suffix(64)
                            #expect(!process.process.output.contains(token), "a token stands in the log")
                        }
                    }
                }
            }
        }
    }

    /// One that was published.
    static func agent(_ api: APIUnderTest, _ token: String, greeting: String = greeting) async throws -> String {
        let agent = try await api.post(
            "/agents", token: token,
            #"{"name":"Reception","persona":{"system_prompt":"You are helpful.","first_message":"\#(greeting)"}}"#
        ).id()
        let published = try await api.post("/agents/\(agent)/publish", token: token, "")
        try #require(published.status == 200, "\(published.raw.text)")
        return agent
    }

    // MARK: - Calls

    func post(_ path: String, _ body: String = "", headers: [String: String] = [:]) async throws -> APIUnderTest.Answer
    {
        try await api.post(path, token: token, body, headers: headers)
    }

    func ring(_ steps: [CallerScript.Step], to number: String = number) -> SimulatedCall {
        telnyx.call(from: Self.caller, to: number, CallerScript(steps))
    }

    /// The same over Twilio, whose number is the agent's from now on.
    func ringTwilio(_ steps: [CallerScript.Step]) async throws -> SimulatedCall {
        try await ownTwilioNumber()
        return twilio.call(from: Self.caller, to: Self.twilioNumber, CallerScript(steps))
    }

    func ownTwilioNumber() async throws {
        let made = try await post(
            "/phone-numbers", #"{"number":"\#(Self.twilioNumber)","agent_id":"\#(agent)","carrier":"twilio"}"#)
        try #require(made.status == 201, "\(made.raw.text)")
    }

    /// The call that a leg belongs to, once the log knows of it.
    func call(_ line: SimulatedCall) async throws -> CallID {
        var found: UUID?
        try await until("the call of the leg in the log") {
            found = try await api.owner.query(
                "SELECT stream_id FROM carrier_legs WHERE control_id = \(line.leg.control)"
            ).first?.decode(UUID.self)
            return found != nil
        }
        return CallID(try #require(found))
    }

    /// Who told the log of a fact.
    enum Teller: Hashable { case carrier, process, user, switchboard }

    struct Told: Equatable {
        let by: Teller
        let type: String
        let event: RecordedEvent

        func member(_ name: String) throws -> JSONValue? { try JSONValue(json: event.payload)[name] }
    }

    func told(_ call: CallID) async throws -> [Told] {
        let log = try await EventLog.read(through: .pool(api.owner))
        return try await log.events(of: call.uuid, through: .pool(api.owner)).map { event in
            let teller: Teller =
                switch try event.decodedMeta()?.actor {
                case .carrier: .carrier
                case .user, .apiKey: .user
                case .system: .switchboard
                case .agent, nil: .process
                }
            return Told(by: teller, type: event.type, event: event)
        }
    }

    /// All that was told of a call, once its end is told: by these, or by anybody. Nobody else tells it again.
    func whole(_ call: CallID, endedFor tellers: Set<Teller> = []) async throws -> [Told] {
        var facts: [Told] = []
        try await until("the end of the call in the log") {
            facts = try await told(call)
            let ends = facts.filter { $0.type == "call.ended" }.map(\.by)
            // The carrier's word on the sound may come behind the end.
            let carriers = facts.types(by: .carrier)
            let streams = ["media.started", "media.stopped"].map { type in carriers.count { $0 == type } }
            let isQuiet = !tellers.contains(.process) || streams[0] == streams[1]
            return !ends.isEmpty && Set(ends).isSuperset(of: tellers) && isQuiet
        }
        #expect(facts.count { $0.type == "call.ended" } == 1)
        return facts
    }

    func until(_ what: String, _ holds: () async throws -> Bool) async throws {
        do {
            try await loop.until(what, within: .seconds(60), every: .milliseconds(20), holds)
        } catch {
            let jobs = try await api.owner.query("SELECT kind || ' ' || state || ' ' || errors::text FROM jobs").map {
                try $0.decode(String.self)
            }
            Issue.record("\(what): \(jobs) \(workers.process.output) \(calls.process.process.output)")
            throw error
        }
    }

    func jobs(_ kind: String) async throws -> Int {
        try await api.owner.query("SELECT count(*) FROM jobs_done WHERE kind = \(kind) AND outcome = 'completed'").one
            .decode(Int.self)
    }

    /// Commands of a kind that the carrier was sent.
    func commands(_ member: String) -> Int { telnyx.stage.seen.documents.count { $0[member] != nil } }
}

extension [PhonesUnderTest.Told] {
    func types(by teller: PhonesUnderTest.Teller) -> [String] { filter { $0.by == teller }.story }
    var story: [String] { map(\.event).story }
}
