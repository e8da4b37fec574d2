/// What the local agent goes by: things that callers want, how they say so, and what is answered. `docs/local-agent.md` has the
/// form in which it is written.
package struct LocalScript: Hashable, Sendable {
    /// Said when we speak first and nobody else has words for it.
    var opening: String?
    var intents: [LocalIntent]
    var slots: [String: LocalSlot]
    /// Said in turn when nothing was understood; the last one again and again.
    var fallbacks: [String]
    /// Left after the beep of a machine.
    package var voicemail: String?
    /// Sounds of words that no dictionary has.
    package var pronunciations: [String: String]

    init(
        opening: String? = nil, intents: [LocalIntent] = [], slots: [String: LocalSlot] = [:],
        fallbacks: [String] = [LocalScript.fallback], voicemail: String? = nil, pronunciations: [String: String] = [:]
    ) {
        (self.opening, self.intents, self.slots, self.fallbacks) = (opening, intents, slots, fallbacks)
        (self.voicemail, self.pronunciations) = (voicemail, pronunciations)
    }

    static let fallback = "Sorry, I am a simple agent and did not understand that. Could you say it in other words?"

    /// For agents that have none: it knows how to be polite, and says what it is.
    static let none = LocalScript(
        intents: [
            LocalIntent(
                name: "hello", examples: ["hello", "hi", "good morning"],
                answers: ["Hello. I am a simple local agent, and nobody has written a script for me yet."]),
            LocalIntent(
                name: "goodbye", examples: ["goodbye", "bye", "thank you goodbye", "that is all"],
                answers: ["Goodbye."], then: .endCall),
        ])

    /// What callers are expected to say, for whoever has to understand it. Where there is no script, they are expected to use the
    /// words of the instructions.
    package static func phrases(in instructions: String) -> [String] {
        if let script = (try? LocalScript.find(in: instructions)) ?? nil { return script.phrases }
        return LocalScript.instructions(without: instructions)
            .split { $0.isNewline || $0 == "." || $0 == "?" || $0 == "!" }.map(String.init)
    }

    var phrases: [String] {
        intents.flatMap(\.examples) + slots.keys.sorted().flatMap { slots[$0]?.examples ?? [] }
    }
}

/// Something that callers want.
struct LocalIntent: Hashable, Sendable {
    enum Ending: Hashable, Sendable {
        case endCall
        case transfer(to: String)
    }

    struct Tool: Hashable, Sendable {
        var name: String
        /// Templates.
        var arguments: [String: String]
        /// Said while it runs.
        var before: String?
    }

    var name: String
    var examples: [String]
    /// Only directly behind one of these intents; anywhere if there are none.
    var after: [String] = []
    /// Asked for one by one, before anything is done.
    var slots: [String] = []
    /// Kept of the customer. A template.
    var remember: String?
    var tool: Tool?
    /// Templates: the first of which everything is known is said.
    var answers: [String]
    /// Said instead when the tool has failed.
    var failed: String?
    var then: Ending?
}

/// Something that has to be known of the caller.
struct LocalSlot: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// A row of digits, so long if that is known.
        case digits(Int?)
        case number, name, date, time, email, postcode
        case choice([String])
        case text
    }

    var kind: Kind
    var ask: String
    /// Asked instead when the answer was none.
    var again: String?
    /// How callers answer.
    var examples: [String] = []
}
