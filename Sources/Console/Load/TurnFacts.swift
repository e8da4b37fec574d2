import Wire

/// What callers wait for in a turn, in its order.
enum TurnStage: String, CaseIterable {
    case endpointing
    case firstToken = "first_token"
    case firstSentence = "first_sentence"
    case voiceFirstByte = "voice_first_byte"
    case firstAudioSent = "first_audio_sent"
    case perceived
}

/// The latencies of turns, gathered from the events of calls; pure.
struct TurnFacts {
    typealias Event = (type: String, at: Timestamp, payload: JSONValue)

    private(set) var samples: [TurnStage: [Double]] = [:]
    /// What the caller waited beyond the silence that ends a turn.
    private(set) var added: [Double] = []
    private(set) var turns = 0
    private(set) var failures = 0
    /// Of one call: turns that have ended and were not answered yet.
    private var endings: [String: Double] = [:]

    /// Events of one call, in their order. Only turns count that ended at `since` or later.
    mutating func read(_ events: [Event], since: Timestamp) {
        endings = [:]
        for event in events where event.at.microseconds >= since.microseconds { read(event.type, event.payload) }
    }

    private mutating func read(_ type: String, _ payload: JSONValue) {
        switch type {
        case "turn.ended":
            guard let turn = payload["turn_id"]?.text, let took = Self.number("endpointing_ms", payload) else { return }
            endings[turn] = took
            note(.endpointing, took)
        case "reply.first_token": note(.firstToken, Self.number("took_ms", payload))
        case "agent.started_speaking":
            note(.firstSentence, Self.number("first_sentence_ms", payload))
            note(.voiceFirstByte, Self.number("tts_first_byte_ms", payload))
            note(.firstAudioSent, Self.number("first_audio_sent_ms", payload))
            guard let perceived = Self.number("perceived_ms", payload), let turn = payload["turn_id"]?.text,
                let ending = endings.removeValue(forKey: turn)
            else { return }
            turns += 1
            note(.perceived, perceived)
            added.append(max(0, perceived - ending))
        case "provider.failed": failures += 1
        default: break
        }
    }

    private mutating func note(_ stage: TurnStage, _ took: Double?) {
        if let took { samples[stage, default: []].append(took) }
    }

    private static func number(_ name: String, _ payload: JSONValue) -> Double? {
        payload[name]?.wholeNumber.map(Double.init)
    }
}
