import Domain
import Wire

/// Where a conversation stands, told from what was said and done in it, and what comes next; pure.
///
/// Nothing is kept between two questions: whoever asks again with the same words gets the same answer, on whichever machine.
struct LocalDialogue {
    /// How like a caller's words are to what a script has, worked out beforehand.
    struct Likeness: Sendable {
        /// Of each text of the caller to each intent, at its place.
        var intents: [String: [Double]] = [:]
        /// Of what is known, the line that has most to do with the last words.
        var line: String?
        /// Less is no likeness.
        var floor = 0.5
    }

    struct Answer: Equatable {
        var text: String
        var tools: [ThinkerToolUse] = []
    }

    /// So like, and they mean it even when something else was asked of them.
    static let sure = 0.9
    /// What follows from what was just talked about is likelier.
    private static let nearer = 0.05

    private let script: LocalScript
    private let known: LocalKnowledge
    private let likeness: Likeness

    private var active: Int?
    private var values: [String: String] = [:]
    /// The slot that we have asked for.
    private var asking: String?
    private var hasAskedAgain = false
    /// Turns in a row that were not understood.
    private var misses = 0
    private var turns = 0
    private var toolNames: [String: String] = [:]
    private var results: [String: JSONValue] = [:]

    init(_ script: LocalScript, _ known: LocalKnowledge, _ likeness: Likeness) {
        (self.script, self.known, self.likeness) = (script, known, likeness)
    }

    /// What comes after all that.
    static func answer(
        _ script: LocalScript, _ known: LocalKnowledge, _ likeness: Likeness, _ messages: [ThinkerMessage]
    ) -> Answer {
        var dialogue = LocalDialogue(script, known, likeness)
        for message in messages { dialogue.take(message) }
        return dialogue.answer()
    }

    // MARK: - What was

    private mutating func take(_ message: ThinkerMessage) {
        switch message {
        case .instruction: break
        case .caller(let text): heard(text.revealed)
        case .agent(_, let tools): for tool in tools { toolNames[tool.id] = tool.name }
        case .toolResult(let id, let text):
            guard let name = toolNames[id] else { return }
            results[name] = (try? JSONValue(json: Array(text.revealed.utf8))) ?? .string(text.revealed)
        }
    }

    private mutating func heard(_ text: String) {
        turns += 1
        let match = match(text)
        if let asking, let slot = script.slots[asking], match.map({ $0.likeness < Self.sure }) ?? true,
            let value = SlotReading.read(slot.kind, text, .asked)
        {
            values[asking] = value
            (misses, hasAskedAgain) = (0, false)
            return askNext()
        }
        guard let match else {
            if asking != nil { hasAskedAgain = true } else { misses += 1 }
            return
        }
        begin(match.intent, text)
    }

    private func match(_ text: String) -> (intent: Int, likeness: Double)? {
        let scores = likeness.intents[text] ?? []
        let before = active.map { script.intents[$0].name }
        var best: (intent: Int, likeness: Double, weight: Double)?
        for (place, intent) in script.intents.enumerated() where place < scores.count {
            let follows = before.map(intent.after.contains) ?? false
            guard scores[place] >= likeness.floor, intent.after.isEmpty || follows else { continue }
            let weight = scores[place] + (follows ? Self.nearer : 0)
            if best.map({ weight > $0.weight }) ?? true { best = (place, scores[place], weight) }
        }
        return best.map { ($0.intent, $0.likeness) }
    }

    private mutating func begin(_ intent: Int, _ text: String) {
        active = intent
        (results, misses, hasAskedAgain) = ([:], 0, false)
        for name in script.intents[intent].slots {
            guard let slot = script.slots[name] else { continue }
            if let value = SlotReading.read(slot.kind, text, .overheard) { values[name] = value }
        }
        askNext()
    }

    private mutating func askNext() { asking = active.flatMap { script.intents[$0].slots.first { values[$0] == nil } } }

    // MARK: - What comes

    private func answer() -> Answer {
        if turns == 0 { return Answer(text: script.opening.flatMap { template.fill($0, .spoken) } ?? "Hello.") }
        if misses > 0 { return Answer(text: script.fallbacks[min(misses, script.fallbacks.count) - 1]) }
        guard let active else { return Answer(text: script.fallbacks[0]) }
        if let asking, let slot = script.slots[asking] {
            return Answer(text: hasAskedAgain ? slot.again ?? slot.ask : slot.ask)
        }
        return act(script.intents[active])
    }

    private func act(_ intent: LocalIntent) -> Answer {
        let remember = BuiltInTool.remember.rawValue
        if let note = intent.remember.flatMap({ template.fill($0, .written) }), results[remember] == nil {
            return Answer(text: "", tools: [use(remember, ["text": note])])
        }
        if let tool = intent.tool {
            guard let result = results[tool.name] else {
                let arguments = tool.arguments.compactMapValues { template.fill($0, .written) }
                return Answer(text: tool.before ?? "", tools: [use(tool.name, arguments)])
            }
            if result["failed"] != nil { return Answer(text: intent.failed ?? Self.failed) }
        }
        // A hand-over comes back only when it has failed.
        if results[BuiltInTool.transferCall.rawValue] != nil { return Answer(text: intent.failed ?? Self.nobody) }
        guard let text = intent.answers.lazy.compactMap({ template.fill($0, .spoken) }).first else {
            return Answer(text: intent.failed ?? Self.failed)
        }
        switch intent.then {
        case nil: return Answer(text: text)
        case .endCall: return Answer(text: text, tools: [use(BuiltInTool.endCall.rawValue, [:])])
        case .transfer(let target):
            return Answer(text: text, tools: [use(BuiltInTool.transferCall.rawValue, ["target": target])])
        }
    }

    private static let failed = "I am sorry, I could not find that out right now."
    private static let nobody = "I am sorry, nobody is available there right now."

    /// Named for the turn it is for: asked again, it is the same use.
    private func use(_ name: String, _ arguments: [String: String]) -> ThinkerToolUse {
        let members = arguments.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
        let json = String(decoding: JSONValue.object(members).bytes(), as: UTF8.self)
        return ThinkerToolUse(id: "local-\(turns)-\(name)", name: name, arguments: Private(json))
    }

    private var template: LocalTemplate {
        LocalTemplate { path, manner in
            guard let first = path.first else { return nil }
            let name = String(first)
            if name == "known" {
                return path.count == 1 ? likeness.line : known.value(of: path.dropFirst().joined(separator: "."))
            }
            if path.count == 1, let value = values[name] {
                if manner == .spoken, case .digits = script.slots[name]?.kind { return LocalTemplate.spelled(value) }
                return value
            }
            return results[name].flatMap { LocalTemplate.member($0, path.dropFirst()) }
        }
    }
}
