import Crypto
import Domain
import Store
import Wire

/// Calls as they stand in the log, for whoever folds them.
enum SpokenCalls {
    private static let organization = UUID(value: 0xA1)

    /// A hundred calls at a time, of nine turns each.
    static func events(_ count: Int) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        while events.count < count {
            let calls = try (0..<100).map { _ in (stream: UUID.v7(), call: try call()) }
            for version in 0..<(calls.first?.call.count ?? 0) {
                for (stream, call) in calls {
                    let event = call[version]
                    events.append(
                        RecordedEvent(
                            lane: 1, position: Int64(events.count) + 1, stream: stream, version: Int32(version) + 1,
                            id: event.id, organization: organization, type: event.type,
                            schemaVersion: event.schemaVersion, occurredAt: event.occurredAt,
                            recordedAt: event.occurredAt, payload: event.payload))
                }
            }
        }
        return Array(events.prefix(count))
    }

    private static func call() throws -> [NewEvent] {
        let text = Private(String(repeating: "so I was told to call again ", count: 3))
        let leg = CarrierLeg(carrier: "telnyx", control: "\(UUID.v7())")
        var facts: [CallEvent] = [
            .callRequested(
                CallRequested(
                    direction: .outbound, to: Private("+4930123456"), agent: AgentID(value: 1), agentVersion: 1)),
            .callDialed(CallDialed(leg: leg)), .callRinging(CallRinging(leg: leg)),
            .callAnswered(CallAnswered(answeredBy: .human)),
        ]
        for turn in 0..<9 {
            let (id, reply) = (TurnID(value: UUID.v7().value), ReplyID(value: UUID.v7().value))
            let utterance = UtteranceID(value: UUID.v7().value)
            let at = Milliseconds(Int64(turn) * 5_000)
            facts += [
                .callerStartedSpeaking(CallerStartedSpeaking(mediaAt: at)),
                .callerSaid(
                    CallerSaid(turn: id, text: text, startedAt: at, endedAt: at, finalAfter: 150, provider: "ears")),
                .turnEnded(TurnEnded(turn: id, reason: .silence, silence: 500, endpointing: 520)),
                .replyRequested(ReplyRequested(reply: reply, turn: id, provider: "mind", model: "m")),
                .replyFirstToken(ReplyFirstToken(reply: reply, turn: id, provider: "mind", model: "m", took: 310)),
                .agentStartedSpeaking(
                    AgentStartedSpeaking(utterance: utterance, turn: id, voiceFirstByte: 120, perceived: 1_000)),
                .agentSpoke(
                    AgentSpoke(
                        utterance: utterance, turn: id, generated: text, heard: text, heardFor: 3_000,
                        isInterrupted: false, voice: "v", provider: "throat")),
            ]
        }
        facts.append(.callEnded(CallEnded(reason: .callerHungUp, faultOwner: .caller, isBillable: true)))
        let start = Timestamp.now.microseconds
        return try facts.enumerated().map { place, fact in
            try NewEvent(
                .call(fact), id: EventID(value: UUID.v7().value),
                at: Instant(microseconds: start + Int64(place) * 1_000_000))
        }
    }
}
