import Crypto
import Domain
import Postgres
import Wire

extension PartRow where ID == TurnID, Part == TurnState {
    static func upsert(_ rows: [PartRow], into table: Identifier) -> SQL {
        let callId: [UUID] = rows.map { $0.call }
        let turnId: [UUID] = rows.map { $0.id.uuid }
        let organizationId: [UUID] = rows.map { $0.organization }
        let beganAt: [Timestamp] = rows.map { Timestamp($0.part.began) }
        let endedAt: [Timestamp?] = rows.map { $0.part.end.map { Timestamp($0.at) } }
        let silenceMs: [Int64?] = rows.map { $0.part.end?.silence?.count }
        let endpointingMs: [Int64?] = rows.map { $0.part.end?.endpointing?.count }
        let saidAt: [Timestamp?] = rows.map { $0.part.said.map { Timestamp($0.at) } }
        let lastSegmentId: [UUID?] = rows.map { $0.part.said?.segment.uuid }
        let sttFinalMs: [Int64?] = rows.map { $0.part.said?.finalAfter?.count }
        let firstTokenAt: [Timestamp?] = rows.map { $0.part.token.map { Timestamp($0.at) } }
        let replyId: [UUID?] = rows.map { $0.part.token?.reply.uuid }
        let llmFirstTokenMs: [Int64?] = rows.map { $0.part.token?.took.count }
        let firstSoundAt: [Timestamp?] = rows.map { $0.part.sound.map { Timestamp($0.at) } }
        let utteranceId: [UUID?] = rows.map { $0.part.sound?.utterance.uuid }
        let ttsFirstByteMs: [Int64?] = rows.map { $0.part.sound?.voiceFirstByte?.count }
        let firstAudioSentMs: [Int64?] = rows.map { $0.part.sound?.firstAudioSent?.count }
        let perceivedMs: [Int64?] = rows.map { $0.part.sound?.perceived?.count }
        let sentimentAt: [Timestamp?] = rows.map { $0.part.sentiment.map { Timestamp($0.at) } }
        let sentiment: [Double?] = rows.map { $0.part.sentiment?.score.value }
        let interrupted: [Bool?] = rows.map { $0.part.isInterrupted }
        let endReason: [String?] = rows.map { $0.part.end?.reason.rawValue }
        let llmProvider: [String?] = rows.map { $0.part.token?.provider }
        let llmModel: [String?] = rows.map { $0.part.token?.model }
        let sentimentLabel: [String?] = rows.map { $0.part.sentiment?.label.rawValue }
        return """
            INSERT INTO \(table) (
                call_id, turn_id, organization_id, began_at, ended_at, silence_ms, endpointing_ms, said_at,
                last_segment_id, stt_final_ms, first_token_at, reply_id, llm_first_token_ms, first_sound_at,
                utterance_id, tts_first_byte_ms, first_audio_sent_ms, perceived_ms, sentiment_at, sentiment,
                interrupted, end_reason, llm_provider, llm_model, sentiment_label
            )
            SELECT * FROM unnest(
                \(callId), \(turnId), \(organizationId), \(beganAt), \(endedAt), \(silenceMs), \(endpointingMs),
                \(saidAt), \(lastSegmentId), \(sttFinalMs), \(firstTokenAt), \(replyId), \(llmFirstTokenMs),
                \(firstSoundAt), \(utteranceId), \(ttsFirstByteMs), \(firstAudioSentMs), \(perceivedMs),
                \(sentimentAt), \(sentiment), \(interrupted), \(endReason), \(llmProvider), \(llmModel),
                \(sentimentLabel)
            )
            ON CONFLICT (call_id, turn_id) DO UPDATE SET
                began_at = excluded.began_at, ended_at = excluded.ended_at, silence_ms = excluded.silence_ms,
                endpointing_ms = excluded.endpointing_ms, said_at = excluded.said_at,
                last_segment_id = excluded.last_segment_id, stt_final_ms = excluded.stt_final_ms,
                first_token_at = excluded.first_token_at, reply_id = excluded.reply_id,
                llm_first_token_ms = excluded.llm_first_token_ms, first_sound_at = excluded.first_sound_at,
                utterance_id = excluded.utterance_id, tts_first_byte_ms = excluded.tts_first_byte_ms,
                first_audio_sent_ms = excluded.first_audio_sent_ms, perceived_ms = excluded.perceived_ms,
                sentiment_at = excluded.sentiment_at, sentiment = excluded.sentiment,
                interrupted = excluded.interrupted, end_reason = excluded.end_reason,
                llm_provider = excluded.llm_provider, llm_model = excluded.llm_model,
                sentiment_label = excluded.sentiment_label
            """
    }
}

extension PartRow where ID == SegmentID, Part == SegmentState {
    static func upsert(_ rows: [PartRow], into table: Identifier) -> SQL {
        let callId: [UUID] = rows.map { $0.call }
        let segmentId: [UUID] = rows.map { $0.id.uuid }
        let organizationId: [UUID] = rows.map { $0.organization }
        let turnId: [UUID?] = rows.map { $0.part.turn?.uuid }
        let beganAt: [Timestamp] = rows.map { Timestamp($0.part.began ?? $0.began) }
        let startedAt: [Timestamp?] = rows.map { $0.part.startedAt.map(Timestamp.init) }
        let interruptedAt: [Timestamp?] = rows.map { $0.part.interruptedAt.map(Timestamp.init) }
        let endedAt: [Timestamp?] = rows.map { $0.part.endedAt.map(Timestamp.init) }
        let startedMs: [Int64?] = rows.map { $0.part.mediaStart?.count }
        let endedMs: [Int64?] = rows.map { $0.part.mediaEnd?.count }
        let heardMs: [Int64?] = rows.map { $0.part.heardFor?.count }
        let totalMs: [Int64?] = rows.map { $0.part.totalFor?.count }
        let confidence: [Double?] = rows.map { $0.part.confidence?.value }
        let interrupted: [Bool?] = rows.map { $0.part.isInterrupted }
        let speaker: [String] = rows.map { $0.part.speaker.rawValue }
        let language: [String?] = rows.map { $0.part.language }
        let provider: [String?] = rows.map { $0.part.provider }
        let text: [String?] = rows.map { $0.part.text?.revealed }
        return """
            INSERT INTO \(table) (
                call_id, segment_id, organization_id, turn_id, began_at, started_at, interrupted_at, ended_at,
                started_ms, ended_ms, heard_ms, total_ms, confidence, interrupted, speaker, language, provider, text
            )
            SELECT * FROM unnest(
                \(callId), \(segmentId), \(organizationId), \(turnId), \(beganAt), \(startedAt), \(interruptedAt),
                \(endedAt), \(startedMs), \(endedMs), \(heardMs), \(totalMs), \(confidence), \(interrupted),
                \(speaker), \(language), \(provider), \(text)
            )
            ON CONFLICT (call_id, segment_id) DO UPDATE SET
                turn_id = excluded.turn_id, began_at = excluded.began_at, started_at = excluded.started_at,
                interrupted_at = excluded.interrupted_at, ended_at = excluded.ended_at,
                started_ms = excluded.started_ms, ended_ms = excluded.ended_ms, heard_ms = excluded.heard_ms,
                total_ms = excluded.total_ms, confidence = excluded.confidence, interrupted = excluded.interrupted,
                speaker = excluded.speaker, language = excluded.language, provider = excluded.provider,
                text = excluded.text
            """
    }
}

extension PartRow where ID == ToolCallID, Part == ToolUseState {
    static func upsert(_ rows: [PartRow], into table: Identifier) -> SQL {
        let callId: [UUID] = rows.map { $0.call }
        let toolCallId: [UUID] = rows.map { $0.id.uuid }
        let organizationId: [UUID] = rows.map { $0.organization }
        let turnId: [UUID?] = rows.map { $0.part.turn?.uuid }
        let replyId: [UUID?] = rows.map { $0.part.reply?.uuid }
        let calledAt: [Timestamp?] = rows.map { $0.part.calledAt.map(Timestamp.init) }
        let finishedAt: [Timestamp?] = rows.map { $0.part.finish.map { Timestamp($0.at) } }
        let tookMs: [Int64?] = rows.map { $0.part.finish?.took?.count }
        let httpStatus: [Int64?] = rows.map { $0.part.finish?.status.map(Int64.init) }
        let calledVersion: [Int32?] = rows.map { $0.part.calledVersion }
        let finishedVersion: [Int32?] = rows.map { $0.part.finish?.version }
        let name: [String] = rows.map { $0.part.name }
        let outcome: [String?] = rows.map { $0.part.finish?.outcome.rawValue }
        let fault: [String?] = rows.map { $0.part.finish?.fault?.rawValue }
        return """
            INSERT INTO \(table) (
                call_id, tool_call_id, organization_id, turn_id, reply_id, called_at, finished_at, took_ms,
                http_status, called_version, finished_version, name, outcome, fault
            )
            SELECT * FROM unnest(
                \(callId), \(toolCallId), \(organizationId), \(turnId), \(replyId), \(calledAt), \(finishedAt),
                \(tookMs), \(httpStatus), \(calledVersion), \(finishedVersion), \(name), \(outcome), \(fault)
            )
            ON CONFLICT (call_id, tool_call_id) DO UPDATE SET
                turn_id = excluded.turn_id, reply_id = excluded.reply_id, called_at = excluded.called_at,
                finished_at = excluded.finished_at, took_ms = excluded.took_ms, http_status = excluded.http_status,
                called_version = excluded.called_version, finished_version = excluded.finished_version,
                name = excluded.name, outcome = excluded.outcome, fault = excluded.fault
            """
    }
}
