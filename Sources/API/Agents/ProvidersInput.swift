import Wire

enum HearingProvider: String, CaseIterable, Sendable { case deepgram }
enum ThinkingProvider: String, CaseIterable, Sendable { case openai }
enum SpeakingProvider: String, CaseIterable, Sendable { case cartesia }

/// Who hears, thinks and speaks, and who does when they fail.
struct ProvidersInput: BodyInput {
    static let example = JSONValue.object([
        ("llm", .array([ProviderInput<ThinkingProvider>.example]))
    ])

    init(_ body: inout BodyReader) {
        Self.chain("stt", of: HearingProvider.self, &body)
        Self.chain("llm", of: ThinkingProvider.self, &body)
        Self.chain("tts", of: SpeakingProvider.self, &body)
    }

    private static func chain<Word: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, of type: Word.Type, _ body: inout BodyReader
    ) {
        let usual = Word.allCases.prefix(1).map { word in
            JSONValue.object([("provider", .string(word.rawValue)), ("priority", .integer(1))])
        }
        let chain = body.objects(name, of: ProviderInput<Word>.self, in: AgentLimits.chain, else: usual)
        if Set(chain.map(\.priority)).count < chain.count {
            body.fault(name, "has a priority that stands there twice")
        }
    }
}

/// One of a chain: the lowest priority is asked first.
struct ProviderInput<Word: RawRepresentable<String> & CaseIterable & Sendable>: BodyInput {
    static var example: JSONValue {
        .object([("provider", .string(Array(Word.allCases)[0].rawValue)), ("priority", .integer(1))])
    }

    let priority: Int

    init(_ body: inout BodyReader) {
        body.word("provider", else: Array(Word.allCases)[0])
        body.textOrNil("model", in: AgentLimits.model)
        priority = body.number("priority", in: AgentLimits.priority, else: 1)
    }
}
