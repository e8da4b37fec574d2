import Crypto
import Domain
import Postgres
import Wire

extension CallRow {
    private var origin: CallOrigin? { state.origin?.value }
    private var leg: CarrierLeg? { state.leg?.value }
    private var end: CallEnded? { state.end?.value }
    private var findings: CallFindings? { state.findings?.value }
    private var costs: CallSettled? { state.bill }

    /// All of them in one statement, each whole: what is loaded before is folded on, so nothing of a row is merged here.
    static func upsert(_ rows: [CallRow], into table: Identifier) -> SQL {
        let callId: [UUID] = rows.map { $0.id }
        let organizationId: [UUID] = rows.map { $0.organization }
        let startedAt: [Timestamp] = rows.map { Timestamp($0.state.startedAt) }
        let requestedAt: [Timestamp?] = rows.map { $0.state.requestedAt.map(Timestamp.init) }
        let dialedAt: [Timestamp?] = rows.map { $0.state.dialedAt.map(Timestamp.init) }
        let ringingAt: [Timestamp?] = rows.map { $0.state.ringingAt.map(Timestamp.init) }
        let answeredAt: [Timestamp?] = rows.map { $0.state.answeredAt.map(Timestamp.init) }
        let endedAt: [Timestamp?] = rows.map { $0.state.endedAt.map(Timestamp.init) }
        let durationMs: [Int64?] = rows.map { $0.state.duration?.count }
        let agentId: [UUID?] = rows.map { $0.origin?.agent?.uuid }
        let agentVersion: [Int64?] = rows.map { $0.origin?.agentVersion.map(Int64.init) }
        let customerId: [UUID?] = rows.map { $0.origin?.customer?.uuid }
        let campaignId: [UUID?] = rows.map { $0.origin?.campaign?.uuid }
        let sipCode: [Int64?] = rows.map { $0.end?.sipCode.map(Int64.init) }
        let turns: [Int64] = rows.map { Int64($0.state.turnCount) }
        let toolUses: [Int64] = rows.map { Int64($0.state.toolUseCount) }
        let interruptions: [Int64] = rows.map { Int64($0.state.interruptionCount) }
        let errors: [Int64] = rows.map { Int64($0.state.errorCount) }
        let fallbacks: [Int64] = rows.map { Int64($0.state.fallbackCount) }
        let sentiment: [Double?] = rows.map { $0.findings?.sentiment?.value }
        let sttMicros: [Int64?] = rows.map { $0.costs?.transcription }
        let llmMicros: [Int64?] = rows.map { $0.costs?.model }
        let ttsMicros: [Int64?] = rows.map { $0.costs?.voice }
        let telephonyMicros: [Int64?] = rows.map { $0.costs?.telephony }
        let analysisMicros: [Int64?] = rows.map { $0.costs?.analysis }
        let version: [Int32] = rows.map { $0.state.version }
        let billable: [Bool?] = rows.map { $0.end?.isBillable }
        let success: [Bool?] = rows.map { $0.findings?.success }
        let status: [String] = rows.map { $0.state.status.rawValue }
        let direction: [String?] = rows.map { $0.origin?.direction.rawValue }
        let fromNumber: [String?] = rows.map { $0.origin?.from?.revealed }
        let toNumber: [String?] = rows.map { $0.origin?.to.revealed }
        let carrier: [String?] = rows.map { $0.leg?.carrier }
        let controlId: [String?] = rows.map { $0.leg?.control }
        let sessionId: [String?] = rows.map { $0.leg?.session }
        let legId: [String?] = rows.map { $0.leg?.leg }
        let answeredBy: [String?] = rows.map { $0.state.answer?.value?.rawValue }
        let endedReason: [String?] = rows.map { $0.end?.reason.rawValue }
        let faultOwner: [String?] = rows.map { $0.end?.faultOwner.rawValue }
        let hangupCause: [String?] = rows.map { $0.end?.hangupCause }
        let hangupSource: [String?] = rows.map { $0.end?.hangupSource }
        let currency: [String?] = rows.map { $0.costs?.currency }
        let intent: [String?] = rows.map { $0.findings?.intent }
        let summary: [String?] = rows.map { $0.findings?.summary.revealed }
        let metadata: [JSON?] = rows.map { $0.state.metadata?.revealed.json }
        let folding: [JSON] = rows.map { CallFolding($0.state).json }
        let tally: [String] = rows.map { $0.state.tally.literal }
        return """
            INSERT INTO \(table) (\(CallColumns.calls))
            SELECT \(CallColumns.plainCalls), tally::bigint[] FROM unnest(
                \(callId), \(organizationId), \(startedAt), \(requestedAt), \(dialedAt), \(ringingAt),
                \(answeredAt), \(endedAt), \(durationMs), \(agentId), \(agentVersion), \(customerId), \(campaignId),
                \(sipCode), \(turns), \(toolUses), \(interruptions), \(errors), \(fallbacks), \(sentiment),
                \(sttMicros), \(llmMicros), \(ttsMicros), \(telephonyMicros), \(analysisMicros), \(version),
                \(billable), \(success), \(status), \(direction), \(fromNumber), \(toNumber), \(carrier),
                \(controlId), \(sessionId), \(legId), \(answeredBy), \(endedReason), \(faultOwner), \(hangupCause),
                \(hangupSource), \(currency), \(intent), \(summary), \(metadata), \(folding), \(tally)
            ) AS n(\(CallColumns.calls))
            ON CONFLICT (call_id) DO UPDATE SET
                started_at = excluded.started_at, requested_at = excluded.requested_at,
                dialed_at = excluded.dialed_at, ringing_at = excluded.ringing_at,
                answered_at = excluded.answered_at, ended_at = excluded.ended_at,
                duration_ms = excluded.duration_ms, agent_id = excluded.agent_id,
                agent_version = excluded.agent_version, customer_id = excluded.customer_id,
                campaign_id = excluded.campaign_id, sip_code = excluded.sip_code, turns = excluded.turns,
                tool_uses = excluded.tool_uses, interruptions = excluded.interruptions, errors = excluded.errors,
                fallbacks = excluded.fallbacks, sentiment = excluded.sentiment, stt_micros = excluded.stt_micros,
                llm_micros = excluded.llm_micros, tts_micros = excluded.tts_micros,
                telephony_micros = excluded.telephony_micros, analysis_micros = excluded.analysis_micros,
                version = excluded.version, billable = excluded.billable, success = excluded.success,
                status = excluded.status, direction = excluded.direction, from_number = excluded.from_number,
                to_number = excluded.to_number, carrier = excluded.carrier, control_id = excluded.control_id,
                session_id = excluded.session_id, leg_id = excluded.leg_id, answered_by = excluded.answered_by,
                ended_reason = excluded.ended_reason, fault_owner = excluded.fault_owner,
                hangup_cause = excluded.hangup_cause, hangup_source = excluded.hangup_source,
                currency = excluded.currency, intent = excluded.intent, summary = excluded.summary,
                metadata = excluded.metadata, folding = excluded.folding, tally = excluded.tally
            """
    }
}

extension CallTally {
    /// As Postgres writes an array: arrays of arrays would have to be of one length.
    var literal: String { "{\(numbers.map(String.init).joined(separator: ","))}" }
}
