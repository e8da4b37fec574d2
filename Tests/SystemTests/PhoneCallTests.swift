import Crypto
import Domain
import Loop
import Postgres
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Calls through all three processes over real sockets: who calls is answered, who shall be called is dialled, and what the log says
/// of it is compared fact by fact.
@Suite(.timeLimit(.minutes(5)), .serialized) struct PhoneCallTests {
    private static let rules = [
        ChatRule("name", say: "Nice to meet you, Anna."), ChatRule("bye", say: "Goodbye, Anna."),
    ]
    private static let said = ["agent.started_speaking", "agent.spoke"]
    private static let turn =
        ["caller.started_speaking", "caller.stopped_speaking", "caller.said", "turn.ended"]
        + ["reply.requested", "reply.first_token", "reply.finished"] + said
    private static let over = ["media.stopped", "call.ended"]

    @Test func `who calls is answered, greeted and talked with until they hang up`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            let line = phones.ring(
                [.hear(), .say("my name is Anna."), .hear(), .say("thanks, bye."), .hear(), .hangUp])
            let call = try await phones.call(line)
            let facts = try await phones.whole(call, endedFor: [.process])
            #expect(
                facts.types(by: .carrier)
                    == ["call.received", "call.answered", "media.started", "media.stopped"])
            #expect(
                facts.types(by: .process)
                    == ["media.started", "context.loaded"] + Self.said + Self.turn + Self.turn + Self.over)
            #expect(facts.story.count == 4 + 6 + 2 * Self.turn.count)
            #expect(line.heard == "\(PhonesUnderTest.greeting) Nice to meet you, Anna. Goodbye, Anna.")
            #expect(try facts.first?.member("agent_version")?.wholeNumber == 1)
            for end in facts where end.type == "call.ended" {
                #expect(try end.member("ended_reason")?.text == "caller_hung_up")
            }
            #expect(try await phones.jobs("answer_call") == 1)
            try await phones.until("the read model") {
                try await phones.api.get("/calls/\(call)", token: phones.token).text("status") == "ended"
            }
            let row = try await phones.api.get("/calls/\(call)", token: phones.token)
            #expect(try row.text("ended_reason") == "caller_hung_up" && row.number("turns") == 2)
            #expect(try row.text("agent_id") == phones.agent)
        }
    }

    @Test func `webhooks that come three times, and in another order, answer once`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            phones.telnyx.settings.copies = 3
            phones.telnyx.settings.swapsWebhooks = true
            let line = phones.ring([.hear(), .say("my name is Anna."), .hear(), .hangUp])
            let call = try await phones.call(line)
            // One that was swapped may come behind the end.
            try await phones.until("all webhooks") { try await phones.told(call).types(by: .carrier).count >= 4 }
            let facts = try await phones.whole(call, endedFor: [.process])
            #expect(
                facts.types(by: .carrier).sorted()
                    == ["call.answered", "call.received", "media.started", "media.stopped"])
            #expect(line.heard == "\(PhonesUnderTest.greeting) Nice to meet you, Anna.")
            #expect(phones.telnyx.events.count { $0 == "call.answered" } == 1)
            #expect(try await phones.jobs("answer_call") == 1 && phones.commands("stream_url") == 1)
        }
    }

    @Test func `nobody's number and an agent that is gone are turned away, with the reason`() async throws {
        try await PhonesUnderTest.with { phones in
            let nobodys = phones.ring([.hear()], to: "+15550100077")
            try await phones.until("the stranger's end") { !nobodys.isAlive }
            #expect(try await phones.jobs("refuse_call") == 1)

            try await phones.api.owner.execute("UPDATE agents SET archived_at = clock_timestamp()")
            let line = phones.ring([.hear()])
            let call = try await phones.call(line)
            let facts = try await phones.whole(call, endedFor: [.switchboard])
            let end = try #require(facts.first { $0.by == .switchboard })
            #expect(try end.type == "call.ended" && end.member("ended_reason")?.text == "agent_unusable")
            try await phones.until("the end at the carrier") { !line.isAlive }
            #expect(facts.types(by: .process).isEmpty && phones.commands("stream_url") == 0)

            try await phones.api.owner.execute("UPDATE agents SET archived_at = NULL")
            try await Self.subscribe(phones, .unpaid, second: 1)
            let unpaid = try await phones.call(phones.ring([.hear()]))
            let told = try await phones.whole(unpaid, endedFor: [.switchboard])
            #expect(
                try told.first { $0.by == .switchboard }?.member("ended_reason")?.text == "budget_exhausted")
            try await Self.subscribe(phones, .active, second: 2)
            let paid = phones.ring([.hear(), .hangUp])
            _ = try await phones.whole(try await phones.call(paid), endedFor: [.process])
            #expect(paid.heard == PhonesUnderTest.greeting)
        }
    }

    private static func subscribe(
        _ phones: PhonesUnderTest, _ status: SubscriptionStatus, second: Int64
    ) async throws {
        let log = try await EventLog.read(through: .pool(phones.api.owner))
        let fact = SubscriptionChanged(provider: "stripe", subscription: "sub_1", status: status, endsThen: false)
        let event = try NewEvent(
            .billing(.subscriptionChanged(fact)), id: EventID(UUID.v7()), at: Instant(microseconds: second * 1_000_000))
        let append = StreamAppend(
            to: UUID(value: 0xB111), kind: .billing, of: phones.api.first.organization.uuid, at: .next, [event])
        _ = try await phones.api.owner.withTransaction { try await log.append(append, in: $0) }
    }

    @Test func `who hangs up while it rings needs no answer`() async throws {
        // Nobody does errands until the caller has given up.
        try await PhonesUnderTest.with(workers: ["LEDGERLINE_LOOPS": "1"]) { phones in
            phones.telnyx.stage.plan(.refused(status: 503), .refused(status: 503))
            let line = phones.ring([.hear()])
            let call = try await phones.call(line)
            line.hangUpNow()
            let facts = try await phones.whole(call, endedFor: [.carrier])
            #expect(facts.types(by: .carrier) == ["call.received", "call.ended"] && facts.count == 2)
            try await phones.until("the errand's end") { try await phones.jobs("answer_call") == 1 }
            #expect(try await phones.told(call).count == 2)
        }
    }

    @Test func `a carrier that fails for a moment is asked again while it rings`() async throws {
        try await PhonesUnderTest.with { phones in
            phones.telnyx.stage.plan(
                .refused(status: 503), .refused(status: 503), .refused(status: 503), .refused(status: 503))
            let line = phones.ring([.hear(), .hangUp])
            _ = try await phones.whole(try await phones.call(line), endedFor: [.process])
            #expect(line.heard == PhonesUnderTest.greeting)
            #expect(phones.telnyx.events.count { $0 == "call.answered" } == 1)
        }
    }

    @Test func `a stream that nobody takes is opened again, and not for ever`() async throws {
        try await PhonesUnderTest.with(realtime: ["LEDGERLINE_CALLS_MAX": "1"]) { phones in
            let first = phones.ring([.hear(), .wait(120_000)])
            try await phones.until("the greeting") { first.heard == PhonesUnderTest.greeting }
            // The house is full, and stays so.
            let second = phones.ring([.hear()])
            let lost = try await phones.whole(try await phones.call(second), endedFor: [.switchboard])
            let end = lost.first { $0.by == .switchboard }
            #expect(try end?.member("ended_reason")?.text == "concurrency_limit_reached")
            #expect(lost.count { $0.type == "media.lost" } == 4 && lost.types(by: .process).isEmpty)
            try await phones.until("the end at the carrier") { !second.isAlive }
            #expect(second.heard == "")

            let third = phones.ring([.hear(), .hangUp])
            let call = try await phones.call(third)
            try await phones.until("a stream that is refused") {
                try await phones.told(call).contains { $0.type == "media.lost" }
            }
            first.hangUpNow()
            let facts = try await phones.whole(call, endedFor: [.process])
            #expect(third.heard == PhonesUnderTest.greeting && !facts.types(by: .switchboard).contains("call.ended"))
        }
    }

    @Test func `who has rung for too long, or was to be dialled too long ago, is given up`() async throws {
        try await PhonesUnderTest.with { phones in
            let leg = CarrierLeg(carrier: "telnyx", control: "v3:gone")
            let came = CallReceived(
                from: Private(PhonesUnderTest.caller), to: Private(PhonesUnderTest.number), leg: leg,
                agent: AgentID(try #require(UUID(phones.agent))), agentVersion: 1)
            let asked = CallRequested(
                direction: .outbound, from: Private(PhonesUnderTest.number), to: Private(Self.callee),
                agent: AgentID(try #require(UUID(phones.agent))), agentVersion: 1)
            let log = try await EventLog.read(through: .pool(phones.api.owner))
            let errands: [(CallID, CallEvent, CallErrand.Kind, Duration)] = [
                (CallID(UUID.v7()), .callReceived(came), .answer, .seconds(46)),
                (CallID(UUID.v7()), .callRequested(asked), .dial, .seconds(16)),
            ]
            for (call, fact, kind, age) in errands {
                let errand: CallErrand = kind == .answer ? .answer(call, leg: leg.control) : .dial(call)
                let organization = phones.api.first.organization.uuid
                let event = try NewEvent(.call(fact), id: EventID(UUID.v7()), at: Instant(Timestamp.now))
                let append = StreamAppend(to: call.uuid, kind: .call, of: organization, at: .next, [event])
                _ = try await phones.api.owner.withTransaction { session in
                    try await session.query(
                        """
                        INSERT INTO jobs (run_at, created_at, organization_id, max_attempts, timeout_ms, priority, state,
                            queue, kind, args)
                        VALUES (clock_timestamp(), clock_timestamp() - \(age), \(organization), 9, 9999, 1, 'available',
                            'calls', \(kind.rawValue), \(JSON(errand.args)))
                        """)
                    return try await log.append(append, in: session)
                }
                let facts = try await phones.whole(call, endedFor: [.switchboard])
                #expect(try facts.last?.member("ended_reason")?.text == "start_timed_out", "\(kind)")
            }
            #expect(phones.telnyx.calls.isEmpty && phones.commands("stream_url") == 0)
        }
    }

    // MARK: - Calls that are asked for

    private static let callee = "+15550100044"

    private static func body(_ phones: PhonesUnderTest, _ more: String = "") -> String {
        #"{"agent_id":"\#(phones.agent)","to":"\#(callee)"\#(more)}"#
    }

    private static func id(_ answer: APIUnderTest.Answer) throws -> CallID {
        let text = try answer.id()
        return CallID(try #require(UUID(text)))
    }

    @Test func `who shall be called is dialled once, and spoken with`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            phones.telnyx.answers(
                Self.callee,
                CallerScript(
                    [.hear(), .say("my name is Anna."), .hear(), .hangUp], answer: .answers(after: 100)))
            let greeted = try await PhonesUnderTest.agent(phones.api, phones.token, greeting: "Is this {{ name }}?")
            let body = """
                {"agent_id":"\(greeted)","to":"\(Self.callee)","metadata":{"order":"4711"},\
                "dynamic_variables":{"name":"Ada"}}
                """
            let key = ["Idempotency-Key": "one-call"]
            let asked = try await phones.post("/calls", body, headers: key)
            #expect(asked.status == 202, "\(asked.raw.text)")
            #expect(try asked.text("status") == "queued" && asked.json["control_id"] == .null)
            #expect(try asked.text("from") == PhonesUnderTest.number && asked.number("version") == 1)
            let call = try Self.id(asked)
            let again = try await phones.post("/calls", body, headers: key)
            #expect(try again.status == 202 && Self.id(again) == call)

            let facts = try await phones.whole(call, endedFor: [.process])
            #expect(facts.types(by: .user) == ["call.requested"])
            #expect(
                facts.types(by: .carrier)
                    == ["call.dialed", "call.answered", "media.started", "media.stopped"])
            #expect(
                facts.types(by: .process) == ["media.started", "context.loaded"] + Self.said + Self.turn + Self.over)
            #expect(facts.story.count == 11 + Self.turn.count)
            let line = try #require(phones.telnyx.calls.first)
            #expect(line.heard == "Is this Ada? Nice to meet you, Anna.")
            for end in facts where end.type == "call.ended" {
                #expect(try end.member("ended_reason")?.text == "callee_hung_up")
            }
            #expect(try await phones.jobs("dial_call") == 1 && phones.telnyx.calls.count == 1)
        }
    }

    @Test func `a call that the carrier will not begin has ended, for its reason`() async throws {
        try await PhonesUnderTest.with { phones in
            phones.telnyx.stage.plan(.refused(status: 403))
            let refused = try Self.id(try await phones.post("/calls", Self.body(phones)))
            let facts = try await phones.whole(refused, endedFor: [.switchboard])
            #expect(facts.map(\.type) == ["call.requested", "call.ended"])
            #expect(try facts.last?.member("ended_reason")?.text == "destination_not_allowed")
            #expect(phones.telnyx.calls.isEmpty)

            phones.telnyx.answers(Self.callee, CallerScript(answer: .busy))
            let busy = try Self.id(try await phones.post("/calls", Self.body(phones)))
            let told = try await phones.whole(busy, endedFor: [.carrier])
            #expect(told.map(\.type) == ["call.requested", "call.dialed", "call.ended"])
            #expect(try told.last?.member("ended_reason")?.text == "callee_busy")
        }
    }

    @Test func `a call that rings can be given up`() async throws {
        try await PhonesUnderTest.with { phones in
            phones.telnyx.answers(Self.callee, CallerScript(answer: .never))
            let call = try Self.id(try await phones.post("/calls", Self.body(phones)))
            try await phones.until("the ringing") { !phones.telnyx.calls.isEmpty }
            let given = try await phones.post("/calls/\(call)/hangup")
            #expect(try given.status == 202 && given.text("outcome") == "ordered", "\(given.raw.text)")
            let facts = try await phones.whole(call, endedFor: [.switchboard])
            let end = facts.first { $0.by == .switchboard }
            #expect(try end?.member("ended_reason")?.text == "stopped")
            try await phones.until("the end at the carrier") { phones.telnyx.calls.first?.isAlive == false }
            #expect(phones.telnyx.calls.count == 1)
            let late = try await phones.post("/calls/\(call)/hangup")
            #expect(try late.status == 409 && late.code == "call_not_live")
        }
    }
}
