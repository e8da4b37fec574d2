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

/// The doors of the API, through its own binary and against a real database.
@Suite(.timeLimit(.minutes(5)), .serialized) struct DoorsTests {
    static let callCount = 500
    static let webhookCount = 10_000
    static let sendersAtOnce = 24
    static let triesMax = 5

    private static func send(_ webhooks: [[UInt8]], to doors: DoorsUnderTest) async throws -> [String: Int] {
        try await withThrowingTaskGroup(of: [String: Int].self) { group in
            for sender in 0..<sendersAtOnce {
                group.addTask(executorPreference: doors.test.loop) {
                    var verdicts: [String: Int] = [:]
                    for index in stride(from: sender, to: webhooks.count, by: sendersAtOnce) {
                        var answer = try await doors.telnyx(webhooks[index])
                        // A carrier sends again what it has no good answer to.
                        for _ in 0..<triesMax where answer.status == 503 {
                            answer = try await doors.telnyx(webhooks[index])
                        }
                        verdicts[answer.verdict ?? "status \(answer.status)", default: 0] += 1
                    }
                    return verdicts
                }
            }
            return try await group.reduce(into: [:]) { all, one in all.merge(one, uniquingKeysWith: +) }
        }
    }

    @Test func `ten thousand webhooks, shuffled and twice, are five hundred calls and nothing else`() async throws {
        try await DoorsUnderTest.with { doors in
            var webhooks: [[UInt8]] = []
            var outbound: Set<UUID> = []
            for index in 0..<Self.callCount {
                var leg = TelnyxLeg(control: "v3:\(index)-a_b")
                if index % 2 == 1 {
                    let call = UUID.v7()
                    let asked = CallRequested(
                        direction: .outbound, to: Private("+15550100009"), agent: AgentID(DoorsUnderTest.agent),
                        agentVersion: 3)
                    try await doors.test.append(
                        [NewEvent(.call(.callRequested(asked)), id: EventID(UUID.v7()), at: Instant(.now))], to: call)
                    leg.tag = .call(CallID(call), .outbound)
                    (leg.from, leg.to) = (leg.to, leg.from)
                    outbound.insert(call)
                }
                webhooks += leg.core + leg.line(index / 2 % TelnyxLeg.lineTypes.count)
            }
            let distinct = webhooks.count
            while webhooks.count < Self.webhookCount { webhooks.append(webhooks[Int.random(in: 0..<distinct)]) }
            webhooks.shuffle()

            let verdicts = try await Self.send(webhooks, to: doors)
            #expect(verdicts.values.reduce(0, +) == Self.webhookCount)
            #expect(verdicts["duplicate"] == Self.webhookCount - distinct)
            #expect(
                Set(verdicts.keys).isSubset(of: ["applied", "waiting", "acknowledged", "duplicate"]), "\(verdicts)")
            #expect(verdicts["acknowledged"] == Self.callCount)

            #expect(try await doors.count("SELECT count(*) FROM webhook_inbox") == distinct)
            #expect(try await doors.count("SELECT count(*) FROM waiting_facts") == 0)
            #expect(try await doors.count("SELECT count(*) FROM carrier_legs") == Self.callCount)
            #expect(try await doors.count("SELECT count(*) FROM streams WHERE kind = 'call'") == Self.callCount)

            let calls = try await doors.calls()
            #expect(calls.count == Self.callCount)
            #expect(Set(calls.keys).isSuperset(of: outbound))
            #expect(Set(calls.values.joined().map(\.id)).count == calls.values.map(\.count).reduce(0, +))
            var wrong = 0
            var parts: [Set<String>: Int] = [:]
            for (stream, events) in calls {
                let part = TelnyxLeg.lineTypes.first { $0.isSubset(of: events.map(\.type)) } ?? []
                if !Self.isRight(events, isOutbound: outbound.contains(stream), and: part) { wrong += 1 }
                parts[part, default: 0] += 1
            }
            #expect(wrong == 0, "\(wrong) calls are not what was told")
            #expect(Set(parts.keys) == Set(TelnyxLeg.lineTypes) && parts.values.allSatisfy { $0 >= 82 })
        }
    }

    /// Whether a call is what its webhooks told, in whatever order they came.
    private static func isRight(_ events: [RecordedEvent], isOutbound: Bool, and line: Set<String>) -> Bool {
        let types = TelnyxLeg.coreTypes.union([isOutbound ? "call.dialed" : "call.received"]).union(line)
        let bill = line.contains("call.charged") ? CallSettled(telephony: 12_500, currency: "USD") : nil
        guard events.count == TelnyxLeg.coreCount + line.count + (isOutbound ? 1 : 0),
            Set(events.map(\.type)).subtracting(["call.requested"]) == types,
            events.map(\.version).sorted() == (1...Int32(events.count)).map({ $0 }),
            events.allSatisfy({ $0.organization == DoorsUnderTest.organization })
        else { return false }
        let facts = events.compactMap { event -> CallFact? in
            guard case .fact(.call(let fact)) = try? event.decoded() else { return nil }
            return CallFact(version: event.version, id: EventID(event.id), at: Instant(event.occurredAt), fact)
        }
        guard facts.count == events.count, let state = CallState.folded(facts) else { return false }
        let began = Timestamp(seconds: 1_790_000_000)
        return state.status == .ended && state.origin?.value.direction == (isOutbound ? .outbound : .inbound)
            && state.origin?.value.agent == AgentID(DoorsUnderTest.agent) && state.origin?.value.agentVersion == 3
            && state.answeredAt == Instant(began + .seconds(2)) && state.endedAt == Instant(began + .seconds(9))
            && state.end?.value.reason == (isOutbound ? .agentHungUp : .callerHungUp) && state.leg != nil
            && state.bill == bill && state.hold?.value == (line.contains("call.resumed") ? false : nil)
            && (state.place != nil) == line.contains("call.dequeued") && state.place?.value == nil
    }

    @Test func `every order of a call's webhooks gives the same call`() async throws {
        try await DoorsUnderTest.with { doors in
            var shapes: Set<String> = []
            for round in 0..<24 {
                let leg = TelnyxLeg(control: "v3:\(round)")
                for webhook in leg.all.shuffled() {
                    let answer = try await doors.telnyx(webhook)
                    #expect(answer.status == 200, "\(answer.text)")
                }
            }
            for events in try await doors.calls().values {
                let line = TelnyxLeg.lineTypes.reduce(into: Set()) { $0.formUnion($1) }
                #expect(Self.isRight(events, isOutbound: false, and: line))
                shapes.insert(events.map(\.type).sorted().joined(separator: " "))
            }
            #expect(shapes.count == 1)
            #expect(try await doors.count("SELECT count(*) FROM streams") == 24)
        }
    }

    @Test func `what is remembered of a leg is held against what is so`() async throws {
        try await DoorsUnderTest.with { doors in
            let (leg, other) = (TelnyxLeg(control: "v3:one"), TelnyxLeg(control: "v3:two"))
            for webhook in leg.all[..<2] + other.all[..<2] {
                #expect(try await doors.telnyx(webhook).verdict == "applied")
            }
            let streams = try await doors.test.pool.query("SELECT stream_id FROM carrier_legs ORDER BY control_id").map
            {
                try $0.decode(UUID.self)
            }
            #expect(try await doors.telnyx(leg.all[2]).verdict == "applied")
            try await doors.test.pool.execute(
                "UPDATE carrier_legs SET stream_id = \(streams[1]) WHERE control_id = 'v3:one'")
            #expect(try await doors.telnyx(leg.all[3]).verdict == "applied")
            let calls = try await doors.calls()
            #expect(calls[streams[0]]?.map(\.type) == ["call.received", "call.answered", "media.started"])
            #expect(calls[streams[1]]?.map(\.type) == ["call.received", "call.answered", "dtmf.received"])
        }
    }

    @Test func `who is handed over is a leg of the same call`() async throws {
        try await DoorsUnderTest.with { doors in
            let leg = TelnyxLeg(control: "v3:first")
            #expect(
                try await doors.telnyx(leg.webhook("call.initiated", second: 0, #","direction":"incoming""#)).verdict
                    == "applied")
            let call = try #require(try await doors.calls().keys.first)
            let transfer = TransferID(UUID.v7())
            let second = TelnyxLeg(
                control: "v3:second", tag: .transfer(CallID(call), transfer, .blind), to: "+15550100007")
            for (index, type) in ["call.hangup", "call.bridged", "call.initiated"].enumerated() {
                let more =
                    type == "call.hangup"
                    ? #","hangup_cause":"normal_clearing","hangup_source":"callee""# : #","direction":"outgoing""#
                #expect(
                    try await doors.telnyx(second.webhook(type, second: Int64(9 - index), more)).verdict == "applied")
            }
            let calls = try await doors.calls()
            #expect(calls.count == 1)
            #expect(
                calls[call]?.map(\.type).sorted() == [
                    "call.received", "transfer.bridged", "transfer.ended", "transfer.started",
                ])
            #expect(try await doors.count("SELECT count(*) FROM carrier_legs") == 2)
        }
    }

    @Test func `what is of nobody here is kept in the inbox and has no effect`() async throws {
        try await DoorsUnderTest.with { doors in
            var stranger = TelnyxLeg(control: "v3:stranger")
            stranger.to = "+15559999999"
            #expect(
                try await doors.telnyx(stranger.webhook("call.initiated", second: 0, #","direction":"incoming""#))
                    .verdict == "unknown_number")
            stranger.tag = .call(CallID(UUID.v7()), .outbound)
            #expect(try await doors.telnyx(stranger.webhook("call.answered", second: 1)).verdict == "unknown_subject")
            stranger.tag = nil
            #expect(
                try await doors.telnyx(stranger.webhook("call.initiated", second: 2, #","direction":"outgoing""#))
                    .verdict == "acknowledged")
            #expect(try await doors.telnyx(stranger.webhook("call.something.new", second: 3)).verdict == "acknowledged")
            #expect(
                try await doors.telnyx(
                    stranger.webhook("call.recording.saved", second: 4, hasNumbers: false, #","recording_id":"r""#)
                ).verdict == "waiting")
            #expect(try await doors.telnyx(stranger.webhook("call.answered", second: 1)).verdict == "duplicate")
            #expect(try await doors.count("SELECT count(*) FROM webhook_inbox") == 5)
            #expect(try await doors.count("SELECT count(*) FROM events") == 0)
            #expect(try await doors.count("SELECT count(*) FROM waiting_facts") == 1)
            let unreadable = try await doors.telnyx(Array("{}".utf8))
            #expect(unreadable.status == 400 && unreadable.code == "unreadable_webhook")

            let metrics = try PrometheusText(try await doors.process.get("/metrics").text)
            func sum(_ name: String, _ label: String) -> Double {
                metrics.samples.filter { $0.name == name && $0.labels.values.contains(label) }.map(\.value).reduce(0, +)
            }
            #expect(sum("webhooks_total", "acknowledged") == 2 && sum("webhooks_total", "unknown_number") == 1)
            #expect(sum("webhooks_total", "duplicate") == 1 && sum("webhooks_total", "unreadable") == 1)
        }
    }

    @Test func `a connection that is lost on the way leaves nothing half done`() async throws {
        try await DoorsUnderTest.with { doors in
            let leg = TelnyxLeg(control: "v3:lost")
            let webhook = leg.webhook("call.initiated", second: 0, #","direction":"incoming""#)
            #expect(try await doors.telnyx(leg.all[9]).verdict == "waiting")
            try await doors.test.pool.withTransaction { session in
                // Every lane is held, so that the webhook waits with its inbox row and its leg already written.
                try await session.query(
                    "SELECT pg_advisory_xact_lock('events'::regclass::oid::int, l) FROM generate_series(0, 15) AS l")
                async let lost = doors.telnyx(webhook)
                try await doors.test.loop.until(
                    "the webhook waits for a lane", within: .seconds(20), every: .milliseconds(10)
                ) {
                    try await doors.count(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%take_webhook%' AND wait_event = 'advisory'"
                    ) == 1
                }
                #expect(
                    try await doors.count(
                        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%take_webhook%' AND wait_event = 'advisory'"
                    ) == 1)
                #expect(try await lost.status >= 500)
            }
            #expect(try await doors.count("SELECT count(*) FROM webhook_inbox") == 1)
            #expect(try await doors.count("SELECT count(*) FROM carrier_legs") == 0)
            #expect(try await doors.count("SELECT count(*) FROM events") == 0)
            #expect(try await doors.count("SELECT count(*) FROM waiting_facts") == 1)
            try await doors.process.untilReady()
            #expect(try await doors.telnyx(webhook).verdict == "applied")
            #expect(try await doors.telnyx(webhook).verdict == "duplicate")
            #expect(try await doors.count("SELECT count(*) FROM events") == 2)
            #expect(try await doors.count("SELECT count(*) FROM waiting_facts") == 0)
        }
    }

    @Test func `a call of Twilio is told by its forms, in any order`() async throws {
        try await DoorsUnderTest.with { doors in
            func form(_ status: String, _ sequence: String) -> KeyValuePairs<String, String> {
                [
                    "CallSid": "CA1", "From": "+15550100009", "To": DoorsUnderTest.number, "Direction": "inbound",
                    "CallStatus": status, "SequenceNumber": sequence, "CallDuration": "7",
                    "Timestamp": "Sat, 21 Nov 2026 10:00:0\(sequence) +0000",
                ]
            }
            #expect(try await doors.twilio("status", form("completed", "3")).verdict == "applied")
            let voice = try await doors.twilio("voice", form("ringing", "1"))
            #expect(voice.status == 200 && voice.text.contains("<Hangup>"), "it is over already")
            #expect(try await doors.twilio("status", form("in-progress", "2")).verdict == "applied")
            #expect(try await doors.twilio("status", form("in-progress", "2")).verdict == "duplicate")
            #expect(
                try await doors.twilio(
                    "stream", ["CallSid": "CA1", "StreamSid": "MZ1", "StreamEvent": "stream-started"]
                ).verdict == "applied")
            #expect(try await doors.twilio("nonsense", form("ringing", "1")).status == 404)
            let calls = try await doors.calls()
            #expect(
                calls.values.map { $0.map(\.type).sorted() } == [
                    ["call.answered", "call.ended", "call.received", "media.started"]
                ])
        }
    }
}
