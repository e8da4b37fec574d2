import Crypto
import Domain
import Store
import Wire

/// A call's state as it is shown.
struct CallView {
    let call: UUID
    let organization: UUID
    let state: CallState
    let isRevealing: Bool

    private func shown(_ text: Private<String>?) -> JSONValue {
        guard let text else { return .null }
        return .string(isRevealing ? text.revealed : RedactedPayload.mark)
    }

    private func time(_ instant: Instant?) -> JSONValue { .of(instant.map { Timestamp($0) }) }

    /// What stands in one value each.
    private var facts: [(String, JSONValue)] {
        let (origin, end, bill) = (state.origin?.value, state.end?.value, state.bill)
        return [
            ("call_id", .of(call)), ("organization_id", .of(organization)), ("version", .of(state.version)),
            ("status", .string(state.status.rawValue)), ("direction", .of(origin?.direction.rawValue)),
            ("from", shown(origin?.from)), ("to", shown(origin?.to)), ("agent_id", .of(origin?.agent)),
            ("agent_version", .of(origin?.agentVersion)), ("customer_id", .of(origin?.customer)),
            ("campaign_id", .of(origin?.campaign)), ("started_at", time(state.startedAt)),
            ("requested_at", time(state.requestedAt)), ("dialed_at", time(state.dialedAt)),
            ("ringing_at", time(state.ringingAt)), ("answered_at", time(state.answeredAt)),
            ("ended_at", time(state.endedAt)), ("duration_ms", .of(state.duration?.count)),
            ("ended_reason", .of(end?.reason.rawValue)), ("fault_owner", .of(end?.faultOwner.rawValue)),
            ("turns", .of(state.turnCount)), ("tool_uses", .of(state.toolUseCount)),
            ("interruptions", .of(state.interruptionCount)), ("errors", .of(state.errorCount)),
            ("fallbacks", .of(state.fallbackCount)), ("summary", shown(state.findings?.value.summary)),
            ("success", .of(state.findings?.value.success)), ("currency", .of(bill?.currency)),
            ("stt_micros", .of(bill?.transcription)), ("llm_micros", .of(bill?.model)),
            ("tts_micros", .of(bill?.voice)), ("telephony_micros", .of(bill?.telephony)),
            ("analysis_micros", .of(bill?.analysis)),
        ]
    }

    private var turns: [JSONValue] {
        state.turnsInOrder.map { id, turn in
            .object([
                ("turn_id", .of(id)), ("began_at", time(turn.began)), ("ended_at", time(turn.end?.at)),
                ("end_reason", .of(turn.end?.reason.rawValue)),
                ("llm_first_token_ms", .of(turn.token?.took.count)),
                ("perceived_ms", .of(turn.sound?.perceived?.count)), ("interrupted", .of(turn.isInterrupted)),
            ])
        }
    }

    private var transcript: [JSONValue] {
        state.transcript.map { id, segment in
            .object([
                ("segment_id", .of(id)), ("began_at", time(segment.began)), ("speaker", .of(segment.speaker.rawValue)),
                ("text", shown(segment.text)), ("interrupted", .of(segment.isInterrupted)),
            ])
        }
    }

    private var toolUses: [JSONValue] {
        state.toolUses.sorted { $0.key < $1.key }.map { id, use in
            .object([
                ("tool_call_id", .of(id)), ("name", .string(use.name)), ("called_at", time(use.calledAt)),
                ("outcome", .of(use.finish?.outcome.rawValue)), ("took_ms", .of(use.finish?.took?.count)),
            ])
        }
    }

    var document: JSONValue {
        .object(
            facts + [
                ("turn_list", .array(turns)), ("transcript", .array(transcript)), ("tool_use_list", .array(toolUses)),
            ])
    }

    /// What is not known is left out.
    var text: String {
        let known = facts.filter { $0.1 != .null }
        let width = known.map(\.0.count).max() ?? 0
        var lines = known.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value.legible
        }
        for (title, list) in [("turns", turns), ("transcript", transcript), ("tool uses", toolUses)] where !list.isEmpty
        {
            lines += ["", title] + list.map { "  " + Self.line($0) }
        }
        return lines.joined(separator: "\n")
    }

    private static func line(_ value: JSONValue) -> String {
        guard case .object(let object) = value else { return value.compact }
        return object.members.filter { $0.value != .null }.map { "\($0.name) \($0.value.legible)" }
            .joined(separator: "  ")
    }
}
