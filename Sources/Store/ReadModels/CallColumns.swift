import Crypto
import Domain
import Postgres

/// The columns of each table, in the order in which rows are read.
enum CallColumns {
    static let calls: SQL = "\(plainCalls), tally"

    /// Those that an array of values can hold for many calls; a tally is an array itself.
    static let plainCalls: SQL =
        """
        call_id, organization_id, started_at, requested_at, dialed_at, ringing_at, answered_at, ended_at,
        duration_ms, agent_id, agent_version, customer_id, campaign_id, sip_code, turns, tool_uses, interruptions,
        errors, fallbacks, sentiment, stt_micros, llm_micros, tts_micros, telephony_micros, analysis_micros,
        version, billable, success, status, direction, from_number, to_number, carrier, control_id, session_id,
        leg_id, answered_by, ended_reason, fault_owner, hangup_cause, hangup_source, currency, intent, summary,
        metadata, folding
        """

    static let turns: SQL =
        """
        call_id, turn_id, organization_id, began_at, ended_at, silence_ms, endpointing_ms, said_at, last_segment_id,
        stt_final_ms, first_token_at, reply_id, llm_first_token_ms, first_sound_at, utterance_id, tts_first_byte_ms,
        first_audio_sent_ms, perceived_ms, sentiment_at, sentiment, interrupted, end_reason, llm_provider,
        llm_model, sentiment_label
        """

    static let segments: SQL =
        """
        call_id, segment_id, organization_id, turn_id, began_at, started_at, interrupted_at, ended_at, started_ms,
        ended_ms, heard_ms, total_ms, confidence, interrupted, speaker, language, provider, text
        """

    static let toolUses: SQL =
        """
        call_id, tool_call_id, organization_id, turn_id, reply_id, called_at, finished_at, took_ms, http_status,
        called_version, finished_version, name, outcome, fault
        """
}
