import Domain
import Wire

extension AgentStartedSpeaking: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            utterance: try fields("utterance_id"),
            turn: try fields.optional("turn_id"),
            reply: try fields.optional("reply_id"),
            firstSentence: try fields.optional("first_sentence_ms"),
            voiceFirstByte: try fields.optional("tts_first_byte_ms"),
            firstAudioSent: try fields.optional("first_audio_sent_ms"),
            perceived: try fields.optional("perceived_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("utterance_id", utterance)
        json.put("turn_id", turn)
        json.put("reply_id", reply)
        json.put("first_sentence_ms", firstSentence)
        json.put("tts_first_byte_ms", voiceFirstByte)
        json.put("first_audio_sent_ms", firstAudioSent)
        json.put("perceived_ms", perceived)
    }
}

extension AgentSpoke: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            utterance: try fields("utterance_id"),
            turn: try fields.optional("turn_id"),
            reply: try fields.optional("reply_id"),
            generated: try fields("generated_text"),
            heard: try fields("heard_text"),
            heardFor: try fields("heard_ms"),
            totalFor: try fields.optional("total_ms"),
            isInterrupted: try fields("interrupted"),
            voice: try fields("voice"),
            provider: try fields("provider")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("utterance_id", utterance)
        json.put("turn_id", turn)
        json.put("reply_id", reply)
        json.put("generated_text", generated)
        json.put("heard_text", heard)
        json.put("heard_ms", heardFor)
        json.put("total_ms", totalFor)
        json.put("interrupted", isInterrupted)
        json.put("voice", voice)
        json.put("provider", provider)
    }
}

extension AgentInterrupted: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            utterance: try fields("utterance_id"),
            turn: try fields.optional("turn_id"),
            heardFor: try fields("heard_ms"),
            stoppedAfter: try fields.optional("stop_ms"),
            evidence: try fields("evidence")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("utterance_id", utterance)
        json.put("turn_id", turn)
        json.put("heard_ms", heardFor)
        json.put("stop_ms", stoppedAfter)
        json.put("evidence", evidence)
    }
}

extension InterruptionDismissed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            utterance: try fields("utterance_id"),
            heardFor: try fields("heard_ms"),
            reason: try fields("reason"),
            evidence: try fields("evidence")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("utterance_id", utterance)
        json.put("heard_ms", heardFor)
        json.put("reason", reason)
        json.put("evidence", evidence)
    }
}

extension SpeechEvidence: Fieldwise, JSONField {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            speech: try fields.optional("speech_ms"),
            wordCount: try fields.optional("words"),
            probability: try fields.optional("probability"),
            text: try fields.optional("text")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("speech_ms", speech)
        json.put("words", wordCount)
        json.put("probability", probability)
        json.put("text", text)
    }
}
