import Domain
import HTTP
import Store
import Wire

/// A new agent: whatever is not said gets what is usual, and stays so when that changes.
struct AgentInput: BodyInput {
    static let example = JSONValue.object([
        ("name", .string("Reception")), ("agent_type", .string(AgentType.scheduling.rawValue)),
        ("persona", PersonaInput.example), ("voice", VoiceInput.example), ("language", .string("en-US")),
        ("tools", .array([ToolInput.example])),
    ])

    let name: String
    let settings: Freeform
    let tools: [ToolInput]

    init(_ body: inout BodyReader) {
        tools = AgentMembers.read(&body)
        name = AgentMembers.name(body) ?? ""
        settings = .object(AgentMembers.settings(body))
    }
}

/// Changes of an agent: each member that is named takes the place of the one before, as a whole.
struct AgentPatch: BodyInput {
    static let example = JSONValue.object([
        ("name", .string("Reception")), ("persona", PersonaInput.example),
    ])

    let name: String?
    let settings: [String: Freeform]
    let tools: [ToolInput]

    init(_ body: inout BodyReader) {
        body.isPartial = true
        tools = AgentMembers.read(&body)
        name = AgentMembers.name(body)
        settings = AgentMembers.settings(body)
    }
}

/// The members that both have.
enum AgentMembers {
    static let languageUsual = "en"

    /// The tools, whose addresses are still to be looked at.
    static func read(_ body: inout BodyReader) -> [ToolInput] {
        body.text("name", in: AgentLimits.name)
        body.word("agent_type", else: AgentType.general)
        body.object("persona", of: PersonaInput.self, isRequired: true)
        body.object("voice", of: VoiceInput.self)
        let language = body.textOrNil(
            "language", in: AgentLimits.language, "a language tag such as en or pt-BR", where: isLanguage)
        if language == nil, !body.keeps("language") { body.settle("language", .string(languageUsual)) }
        body.object("providers", of: ProvidersInput.self)
        let tools = body.objects("tools", of: ToolInput.self, in: AgentLimits.tools)
        if Set(tools.map(\.name)).count < tools.count { body.fault("tools", "has a name that stands there twice") }
        body.object("turn_taking", of: TurnTakingInput.self)
        body.object("analysis", of: AnalysisInput.self)
        body.object("recording", of: RecordingInput.self)
        return tools
    }

    static func name(_ body: BodyReader) -> String? { body.taken["name"]?.text }

    static func settings(_ body: BodyReader) -> [String: Freeform] {
        body.taken.filter { $0.key != "name" }.mapValues { Freeform($0) }
    }

    /// Parts of one to eight letters and digits, the first one of two or three letters.
    private static func isLanguage(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
        guard let first = parts.first, (2...3).contains(first.count), first.allSatisfy(isLetter) else { return false }
        return parts.allSatisfy { part in
            (1...8).contains(part.count) && part.allSatisfy { isLetter($0) || (48...57).contains($0) }
        }
    }
}

struct PersonaInput: BodyInput {
    static let example = JSONValue.object([
        ("system_prompt", .string("You answer the phone of a dental practice.")),
        ("first_message", .string("Good morning, how can I help?")),
        ("tone_rules", .array([.string("Short sentences.")])),
    ])

    init(_ body: inout BodyReader) {
        body.text("system_prompt", in: AgentLimits.systemPrompt)
        body.textOrNil("first_message", in: AgentLimits.firstMessage)
        body.textOrNil("voicemail_message", in: AgentLimits.firstMessage)
        body.texts("tone_rules", in: AgentLimits.toneRules, each: AgentLimits.toneRule)
    }
}

struct VoiceInput: BodyInput {
    static let example = JSONValue.object([("voice", .string("warm-1")), ("speed", .double(1.1))])

    init(_ body: inout BodyReader) {
        body.word("provider", else: SpeakingProvider.cartesia)
        body.textOrNil("voice", in: AgentLimits.voice)
        body.textOrNil("style", in: AgentLimits.style)
        body.decimal("speed", in: AgentLimits.speed, else: 1)
        body.decimal("pitch", in: AgentLimits.pitch, else: 0)
        body.decimal("volume", in: AgentLimits.volume, else: 1)
    }
}
