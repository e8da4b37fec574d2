import Crypto
import Domain
import Postgres
import Providers
import Store
import TestKit
import Testing
import Wire

/// A call ends once in the log, whoever says so: its process, its carrier, or whoever gives it up.
@Suite(.timeLimit(.minutes(3)), .serialized) struct OneEndTests {
    /// A call that its process has told the end of, and whose leg no webhook has named yet.
    private static func over(_ doors: DoorsUnderTest) async throws -> CallID {
        let call = CallID(UUID.v7())
        let facts: [CallEvent] = [
            .callRequested(
                CallRequested(
                    direction: .outbound, from: Private("+15550100001"), to: Private("+15550100009"),
                    agent: AgentID(DoorsUnderTest.agent), agentVersion: 3)),
            .callEnded(CallEnded(reason: .voicemailReached, faultOwner: .callee, isBillable: true)),
        ]
        for fact in facts {
            let event = try NewEvent(
                .call(fact), id: CallEndID.of(fact, in: call.uuid), at: Instant(Timestamp(seconds: 1_790_000_000)))
            let append = StreamAppend(
                to: call.uuid, kind: .call, of: DoorsUnderTest.organization, at: .next, [event])
            _ = try await doors.test.pool.withTransaction { try await doors.test.log.append(append, in: $0) }
        }
        return call
    }

    private static func hangup(_ leg: TelnyxLeg, hasNumbers: Bool = true) -> [UInt8] {
        leg.webhook(
            "call.hangup", second: 9, hasNumbers: hasNumbers,
            #","hangup_cause":"normal_clearing","hangup_source":"caller","sip_hangup_cause":"200""#)
    }

    @Test func `what the carrier says of the end of a call that has ended is taken, and changes nothing`() async throws
    {
        try await DoorsUnderTest.with { doors in
            let call = try await Self.over(doors)
            let leg = TelnyxLeg(control: "v3:one", tag: .call(call, .outbound))
            #expect(try await doors.telnyx(Self.hangup(leg)).verdict == "applied")
            #expect(try await doors.telnyx(Self.hangup(leg)).verdict == "duplicate")
            let events = try #require(try await doors.calls()[call.uuid])
            #expect(events.map(\.type) == ["call.requested", "call.ended"])
            #expect(try JSONValue(json: events[1].payload)["ended_reason"]?.text == "voicemail_reached")
        }
    }

    @Test func `an end that waited for its call goes into the log once, or not at all`() async throws {
        try await DoorsUnderTest.with { doors in
            let call = try await Self.over(doors)
            var leg = TelnyxLeg(control: "v3:two")
            #expect(try await doors.telnyx(Self.hangup(leg, hasNumbers: false)).verdict == "waiting")
            #expect(try await doors.telnyx(leg.all[9]).verdict == "waiting")
            leg.tag = .call(call, .outbound)
            #expect(try await doors.telnyx(leg.webhook("call.answered", second: 2)).verdict == "applied")
            let events = try #require(try await doors.calls()[call.uuid])
            #expect(events.map(\.type) == ["call.requested", "call.ended", "call.answered", "recording.stored"])
            #expect(try await doors.count("SELECT count(*) FROM waiting_facts") == 0)

            let other = TelnyxLeg(control: "v3:three")
            #expect(try await doors.telnyx(Self.hangup(other, hasNumbers: false)).verdict == "waiting")
            #expect(try await doors.telnyx(other.all[0]).verdict == "applied")
            #expect(try await doors.telnyx(Self.hangup(other)).verdict == "duplicate")
            let late = other.webhook("call.hangup", second: 9, id: "again", #","hangup_cause":"timeout""#)
            #expect(try await doors.telnyx(late).verdict == "applied")
            let all = try await doors.calls().filter { $0.key != call.uuid }.values.flatMap { $0 }
            #expect(all.map(\.type).sorted() == ["call.ended", "call.received"])
            #expect(try await doors.count("SELECT count(*) FROM events WHERE type = 'call.ended'") == 2)
        }
    }
}
