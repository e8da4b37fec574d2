import Domain
import Wire

extension CallerStartedSpeaking: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            mediaAt: try fields("media_ms"),
            probability: try fields.optional("probability"),
            energy: try fields.optional("energy")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("media_ms", mediaAt)
        json.put("probability", probability)
        json.put("energy", energy)
    }
}

extension CallerStoppedSpeaking: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            mediaAt: try fields("media_ms"),
            probability: try fields.optional("probability"),
            energy: try fields.optional("energy")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("media_ms", mediaAt)
        json.put("probability", probability)
        json.put("energy", energy)
    }
}

extension CallerSaid: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            turn: try fields("turn_id"),
            text: try fields("text"),
            confidence: try fields.optional("confidence"),
            startedAt: try fields("started_ms"),
            endedAt: try fields("ended_ms"),
            finalAfter: try fields.optional("stt_final_ms"),
            words: try fields.optional("words"),
            provider: try fields("provider"),
            language: try fields.optional("language")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("turn_id", turn)
        json.put("text", text)
        json.put("confidence", confidence)
        json.put("started_ms", startedAt)
        json.put("ended_ms", endedAt)
        json.put("stt_final_ms", finalAfter)
        json.put("words", words)
        json.put("provider", provider)
        json.put("language", language)
    }
}

extension TurnEnded: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            turn: try fields("turn_id"),
            reason: try fields("reason"),
            silence: try fields.optional("silence_ms"),
            endpointing: try fields.optional("endpointing_ms"),
            inputs: try fields.optional("inputs")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("turn_id", turn)
        json.put("reason", reason)
        json.put("silence_ms", silence)
        json.put("endpointing_ms", endpointing)
        json.put("inputs", inputs)
    }
}

extension SentimentScored: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            turn: try fields("turn_id"),
            score: try fields("score"),
            label: try fields("label"),
            model: try fields("model"),
            took: try fields.optional("took_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("turn_id", turn)
        json.put("score", score)
        json.put("label", label)
        json.put("model", model)
        json.put("took_ms", took)
    }
}

extension Word: Fieldwise, JSONField {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            text: try fields("text"),
            startedAt: try fields("started_ms"),
            endedAt: try fields("ended_ms"),
            confidence: try fields.optional("confidence")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("text", text)
        json.put("started_ms", startedAt)
        json.put("ended_ms", endedAt)
        json.put("confidence", confidence)
    }
}

extension EndpointingInputs: Fieldwise, JSONField {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            silenceThreshold: try fields.optional("silence_threshold_ms"),
            speech: try fields.optional("speech_ms"),
            wordCount: try fields.optional("words"),
            endProbability: try fields.optional("end_probability"),
            endThreshold: try fields.optional("end_threshold"),
            completeness: try fields.optional("completeness"),
            expected: try fields.optional("expected"),
            usualPause: try fields.optional("usual_pause_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("silence_threshold_ms", silenceThreshold)
        json.put("speech_ms", speech)
        json.put("words", wordCount)
        json.put("end_probability", endProbability)
        json.put("end_threshold", endThreshold)
        json.put("completeness", completeness)
        json.put("expected", expected)
        json.put("usual_pause_ms", usualPause)
    }
}
