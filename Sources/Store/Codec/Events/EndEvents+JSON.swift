import Domain
import Wire

extension CallEnded: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            reason: try fields("ended_reason"),
            faultOwner: try fields("fault_owner"),
            hangupCause: try fields.optional("hangup_cause"),
            hangupSource: try fields.optional("hangup_source"),
            sipCode: try fields.optional("sip_code"),
            duration: try fields.optional("duration_ms"),
            isBillable: try fields("billable")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("ended_reason", reason)
        json.put("fault_owner", faultOwner)
        json.put("hangup_cause", hangupCause)
        json.put("hangup_source", hangupSource)
        json.put("sip_code", sipCode)
        json.put("duration_ms", duration)
        json.put("billable", isBillable)
    }
}

extension CallAnalyzed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            summary: try fields("summary"),
            success: try fields.optional("success"),
            sentiment: try fields.optional("sentiment"),
            intent: try fields.optional("intent"),
            extracted: try fields.optional("extracted"),
            model: try fields("model"),
            promptVersion: try fields("prompt_version"),
            successReason: try fields.optional("success_reason"),
            topics: try fields.optional("topics"),
            trajectory: try fields.optional("sentiment_trajectory"),
            events: try fields.optional("event_ids"),
            run: try fields.optional("run_id"),
            handlings: try fields.optional("handlings")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("summary", summary)
        json.put("success", success)
        json.put("sentiment", sentiment)
        json.put("intent", intent)
        json.put("extracted", extracted)
        json.put("model", model)
        json.put("prompt_version", promptVersion)
        json.put("success_reason", successReason)
        json.put("topics", topics)
        json.put("sentiment_trajectory", trajectory)
        json.put("event_ids", events)
        json.put("run_id", run)
        json.put("handlings", handlings)
    }
}

extension JudgedHandling: Fieldwise, JSONField {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            situation: try fields("situation"),
            move: try fields("move"),
            events: try fields("event_ids")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("situation", situation)
        json.put("move", move)
        json.put("event_ids", events)
    }
}

extension CallLookChosen: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            choice: try fields("choice"),
            look: try fields("look_id"),
            run: try fields.optional("run_id"),
            findings: CallFindings(
                summary: try fields("summary"),
                success: try fields.optional("success"),
                sentiment: try fields.optional("sentiment"),
                intent: try fields.optional("intent"))
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("choice", choice)
        json.put("look_id", look)
        json.put("run_id", run)
        json.put("summary", findings.summary)
        json.put("success", findings.success)
        json.put("sentiment", findings.sentiment)
        json.put("intent", findings.intent)
    }
}

extension CallCharged: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            leg: try CarrierLeg(fields),
            amount: try fields("amount_micros"),
            currency: try fields("currency"),
            billedFor: try fields.optional("billed_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        leg.write(to: &json)
        json.put("amount_micros", amount)
        json.put("currency", currency)
        json.put("billed_ms", billedFor)
    }
}

extension CallSettled: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            transcription: try fields.optional("stt_micros"),
            model: try fields.optional("llm_micros"),
            voice: try fields.optional("tts_micros"),
            telephony: try fields.optional("telephony_micros"),
            analysis: try fields.optional("analysis_micros"),
            currency: try fields("currency")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("stt_micros", transcription)
        json.put("llm_micros", model)
        json.put("tts_micros", voice)
        json.put("telephony_micros", telephony)
        json.put("analysis_micros", analysis)
        json.put("currency", currency)
    }
}

extension CallOrdered: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            order: try fields("order"),
            outcome: try fields("outcome")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("order", order)
        json.put("outcome", outcome)
    }
}

extension CallErased: Fieldwise {
    init(_ fields: Fields) throws(CodecError) { self.init(reason: try fields("reason")) }

    func write(to json: inout JSONWriter) { json.put("reason", reason) }
}
