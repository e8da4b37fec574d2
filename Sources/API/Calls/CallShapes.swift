import Crypto
import Domain
import Store
import Wire

/// How calls and what belongs to them are written.
enum CallShapes {
    static let components = [
        call.component, turn.component, segment.component, event.component, toolUse.component, costs.component,
        state.component,
    ]

    private static func time(_ instant: Instant?) -> Timestamp? { instant.map { Timestamp($0) } }

    private static let facts: [JSONShape<CallState>.Member] = [
        .number("version", 17) { Int64($0.version) },
        .word("status") { $0.status },
        .wordOrNull("direction") { $0.origin?.value.direction },
        .textOrNull("from", "+15550100002") { $0.origin?.value.from?.revealed },
        .textOrNull("to", "+15550100001") { $0.origin?.value.to.revealed },
        .idOrNull("agent_id") { $0.origin?.value.agent },
        .numberOrNull("agent_version", 3) { $0.origin?.value.agentVersion.map(Int64.init) },
        .idOrNull("customer_id") { $0.origin?.value.customer },
        .idOrNull("campaign_id") { $0.origin?.value.campaign },
        .textOrNull("carrier", "telnyx") { $0.leg?.value.carrier },
        .textOrNull("control_id", "v3:…") { $0.leg?.value.control },
        .time("started_at") { Timestamp($0.startedAt) },
        .timeOrNull("requested_at") { time($0.requestedAt) },
        .timeOrNull("dialed_at") { time($0.dialedAt) },
        .timeOrNull("ringing_at") { time($0.ringingAt) },
        .timeOrNull("answered_at") { time($0.answeredAt) },
        .timeOrNull("ended_at") { time($0.endedAt) },
        .numberOrNull("duration_ms", 61_000) { $0.duration?.count },
        .wordOrNull("answered_by") { $0.answer?.value },
        .wordOrNull("ended_reason") { $0.end?.value.reason },
        .wordOrNull("fault_owner") { $0.end?.value.faultOwner },
        .number("turns", 4) { Int64($0.turnCount) },
        .number("tool_uses", 1) { Int64($0.toolUseCount) },
        .number("interruptions", 0) { Int64($0.interruptionCount) },
        .number("errors", 0) { Int64($0.errorCount) },
        .number("fallbacks", 0) { Int64($0.fallbackCount) },
        .fractionOrNull("sentiment", 0.4) { $0.findings?.value.sentiment?.value },
        .flagOrNull("success") { $0.findings?.value.success },
        .textOrNull("intent", "reschedule") { $0.findings?.value.intent },
        .textOrNull("summary", "Moved the appointment to Friday.") { $0.findings?.value.summary.revealed },
        .document("metadata", .object([("order", .string("4711"))])) { $0.metadata?.revealed },
    ]

    static let call = JSONShape<CallRow>(
        "Call",
        [.id("id") { $0.id }]
            + facts.map { fact in
                .init(name: fact.name, schema: fact.schema, example: fact.example) { fact.write($0.state, &$1) }
            })

    /// The same, written from the row itself.
    static let view = JSONShape<CallView>(
        call.name,
        zip(call.members, CallView.names).enumerated().map { column, pair in
            precondition(pair.0.name == pair.1, "column \(column) of a call is \(pair.1), not \(pair.0.name)")
            return .init(name: pair.0.name, schema: pair.0.schema, example: pair.0.example) {
                $0.write(column, to: &$1)
            }
        })

    typealias Turn = (id: TurnID, turn: TurnState)

    static let turn = JSONShape<Turn>(
        "Turn",
        [
            .id("id") { $0.id },
            .time("began_at") { Timestamp($0.turn.began) },
            .timeOrNull("ended_at") { time($0.turn.end?.at) },
            .wordOrNull("end_reason") { $0.turn.end?.reason },
            .numberOrNull("silence_ms", 420) { $0.turn.end?.silence?.count },
            .numberOrNull("endpointing_ms", 180) { $0.turn.end?.endpointing?.count },
            .numberOrNull("stt_final_ms", 90) { $0.turn.said?.finalAfter?.count },
            .numberOrNull("llm_first_token_ms", 310) { $0.turn.token?.took.count },
            .textOrNull("llm_provider", "openai") { $0.turn.token?.provider },
            .textOrNull("llm_model", "gpt-4o-mini") { $0.turn.token?.model },
            .numberOrNull("tts_first_byte_ms", 120) { $0.turn.sound?.voiceFirstByte?.count },
            .numberOrNull("first_audio_sent_ms", 20) { $0.turn.sound?.firstAudioSent?.count },
            .numberOrNull("perceived_ms", 760) { $0.turn.sound?.perceived?.count },
            .fractionOrNull("sentiment", 0.1) { $0.turn.sentiment?.score.value },
            .flagOrNull("interrupted") { $0.turn.isInterrupted },
        ])

    typealias Segment = (id: SegmentID, segment: SegmentState)

    static let segment = JSONShape<Segment>(
        "TranscriptSegment",
        [
            .id("id") { $0.id },
            .idOrNull("turn_id") { $0.segment.turn },
            .word("speaker") { $0.segment.speaker },
            .textOrNull("text", "I'd like to move my appointment.") { $0.segment.text?.revealed },
            .timeOrNull("started_at") { time($0.segment.startedAt) },
            .timeOrNull("ended_at") { time($0.segment.endedAt) },
            .numberOrNull("started_ms", 1_200) { $0.segment.mediaStart?.count },
            .numberOrNull("ended_ms", 3_400) { $0.segment.mediaEnd?.count },
            .numberOrNull("heard_ms", 2_200) { $0.segment.heardFor?.count },
            .flagOrNull("interrupted") { $0.segment.isInterrupted },
            .fractionOrNull("confidence", 0.97) { $0.segment.confidence?.value },
            .textOrNull("language", "en") { $0.segment.language },
            .textOrNull("provider", "deepgram") { $0.segment.provider },
        ])

    typealias ToolUse = (id: ToolCallID, use: ToolUseState)

    static let toolUse = JSONShape<ToolUse>(
        "ToolUse",
        [
            .id("id") { $0.id },
            .text("name", "find_slot") { $0.use.name },
            .idOrNull("turn_id") { $0.use.turn },
            .timeOrNull("called_at") { time($0.use.calledAt) },
            .timeOrNull("finished_at") { time($0.use.finish?.at) },
            .wordOrNull("outcome") { $0.use.finish?.outcome },
            .numberOrNull("took_ms", 140) { $0.use.finish?.took?.count },
        ])

    static let event = JSONShape<RecordedEvent>(
        "Event",
        [
            .id("id") { $0.id },
            .id("stream_id") { $0.stream },
            .number("version", 3) { Int64($0.version) },
            .text("type", "call.answered") { $0.type },
            .number("schema_version", 1) { Int64($0.schemaVersion) },
            .time("occurred_at") { $0.occurredAt },
            .time("recorded_at") { $0.recordedAt },
            .anything("payload", .object([("answered_by", .string("human"))])) { $0.payload },
            .anything("meta", .object(JSONObject())) { $0.meta },
        ])

    static let costs = JSONShape<CallSettled>(
        "CallCosts",
        [
            .text("currency", "USD") { $0.currency },
            .numberOrNull("stt_micros", 4_300) { $0.transcription },
            .numberOrNull("llm_micros", 1_250) { $0.model },
            .numberOrNull("tts_micros", 7_800) { $0.voice },
            .numberOrNull("telephony_micros", 9_000) { $0.telephony },
            .numberOrNull("analysis_micros", 310) { $0.analysis },
        ])

    /// A call as it was at a version, with everything that was known of it then.
    struct Past: Sendable {
        let id: CallID
        let state: CallState
    }

    static let state = JSONShape<Past>(
        "CallState",
        [.id("id") { $0.id }]
            + facts.map { fact in
                .init(name: fact.name, schema: fact.schema, example: fact.example) { fact.write($0.state, &$1) }
            } + [
                .flag("on_hold") { $0.state.isOnHold },
                .textOrNull("queue", "support") { $0.state.queue },
                .objectOrNull("costs", costs) { $0.state.bill },
                .objects("turn_list", turn) { $0.state.turnsInOrder },
                .objects("transcript", segment) { $0.state.transcript },
                .objects("tool_use_list", toolUse) {
                    $0.state.toolUses.map { (id: $0.key, use: $0.value) }.sorted { $0.id < $1.id }
                },
            ])
}
