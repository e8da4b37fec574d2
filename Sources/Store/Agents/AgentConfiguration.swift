package import Domain

/// What a live call takes from the settings of a published version. What is missing there, or cannot be, is as usual.
package struct AgentConfiguration: Hashable, Sendable {
    package let settings: Freeform

    package init(_ settings: Freeform) { self.settings = settings }

    // MARK: - Who it is

    /// Said first; none if the agent lets the other one begin.
    package var greeting: String? {
        Self.text(settings["persona"]?["first_message"]).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Left after the beep of an answering machine; none if the agent hangs up there.
    package var voicemail: String? {
        Self.text(settings["persona"]?["voicemail_message"]).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// How the model is told to behave: the prompt, then the rules of tone.
    package var instructions: String {
        let persona = settings["persona"]
        let prompt = Self.text(persona?["system_prompt"]) ?? ""
        let rules = Self.list(persona?["tone_rules"]).compactMap(Self.text)
        return rules.isEmpty ? prompt : prompt + "\n\nHow to speak:" + rules.map { "\n- " + $0 }.joined()
    }

    /// BCP 47.
    package var language: String { Self.text(settings["language"]) ?? "en" }

    /// For how many days recordings of its calls are kept; nil if they are not recorded.
    package var recordingDays: Int? {
        guard case .bool(true)? = settings["recording"]?["enabled"] else { return nil }
        return Self.whole(settings["recording"]?["retention_days"]).map { Int(clamping: max(1, $0)) }
            ?? RecordingHead.retentionUsual
    }

    // MARK: - With whose help

    /// The voice provider's name for the voice; nil for that of the house.
    package var voice: String? { Self.text(settings["voice"]?["voice"]) }

    /// In percent of what is usual.
    package var rate: Int {
        let speed = Self.number(settings["voice"]?["speed"]) ?? 1
        return Int((min(max(speed, 0.5), 2) * 100).rounded())
    }

    package enum Chain: String, Sendable { case stt, llm, tts }

    /// Names of providers, the one to be asked first in front; empty if the agent leaves it to the house.
    package func chain(_ kind: Chain) -> [String] {
        let entries = Self.list(settings["providers"]?[kind.rawValue]).compactMap { entry -> (Int64, String)? in
            guard let name = Self.text(entry["provider"]) else { return nil }
            return (Self.whole(entry["priority"]) ?? .max, name)
        }
        return entries.sorted { $0.0 < $1.0 }.map(\.1)
    }

    // MARK: - When

    /// Puts the agent's own times in the place of the usual ones.
    package func setTimes(of call: inout ConversationSettings) {
        let times = settings["turn_taking"]
        func time(_ name: String, _ set: (Milliseconds) -> Void) {
            if let count = Self.whole(times?[name]), count >= 0 { set(Milliseconds(count)) }
        }
        time("silence_ms") { call.endpointing.silence = $0 }
        time("silence_min_ms") { call.endpointing.silenceMin = $0 }
        time("silence_max_ms") { call.endpointing.silenceMax = $0 }
        time("speculate_after_ms") { call.endpointing.speculateAfter = $0 }
        if case .bool(let speculates)? = times?["speculates"] { call.endpointing.speculates = speculates }
        time("interruption_speech_ms") { call.interruption.speaking.speech = $0 }
        if let words = Self.whole(times?["interruption_words"]), words > 0 {
            call.interruption.speaking.words = Int(clamping: words)
        }
        time("inactivity_ms") { call.liveness.inactivity = $0 }
        time("duration_max_ms") { call.liveness.duration = $0 }
    }

    // MARK: - For this call

    /// With `{{name}}` in the agent's texts replaced by what the call was asked for with. Names that nobody gave stay as they are,
    /// so that whoever listens to the call hears what is missing.
    package func filled(with variables: Freeform?) -> AgentConfiguration {
        guard case .object(let variables)? = variables, !variables.isEmpty,
            case .object(var members) = settings, case .object(var persona)? = members["persona"]
        else { return self }
        func fill(_ document: Freeform) -> Freeform {
            switch document {
            case .string(let text): .string(Self.filled(text, with: variables))
            case .array(let values): .array(values.map(fill))
            default: document
            }
        }
        persona = persona.mapValues(fill)
        members["persona"] = .object(persona)
        return AgentConfiguration(.object(members))
    }

    private static func filled(_ text: String, with variables: [String: Freeform]) -> String {
        var (filled, rest) = ("", text[...])
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            let name = rest[open.upperBound..<close.lowerBound].drop { $0 == " " }
            let word = variables[String(name.prefix { $0 != " " })].flatMap(Self.word)
            filled += rest[..<open.lowerBound]
            filled += word ?? String(rest[open.lowerBound..<close.upperBound])
            rest = rest[close.upperBound...]
        }
        return filled + rest
    }

    private static func word(_ value: Freeform) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .fractional(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .null, .array, .object: nil
        }
    }

    // MARK: - Reading

    private static func text(_ value: Freeform?) -> String? { if case .string(let text)? = value { text } else { nil } }
    private static func list(_ value: Freeform?) -> [Freeform] { if case .array(let all)? = value { all } else { [] } }
    private static func whole(_ value: Freeform?) -> Int64? {
        if case .integer(let number)? = value { number } else { nil }
    }
    private static func number(_ value: Freeform?) -> Double? {
        switch value {
        case .integer(let number)?: Double(number)
        case .fractional(let number)?: number
        default: nil
        }
    }
}
