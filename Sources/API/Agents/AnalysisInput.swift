import Domain
import HTTP
import Store
import Wire

/// What the agent's calls are looked at for when they are over.
struct AnalysisInput: BodyInput {
    static let example = JSONValue.object([
        ("success_criteria", .array([CriterionInput.example])), ("intents", .array([IntentInput.example])),
        (
            "extract",
            .object([
                ("type", .string("object")),
                (
                    "properties",
                    .object([
                        ("order_number", .object([("type", .string("string")), ("format", .string("digits"))])),
                        ("day", .object([("type", .string("string")), ("enum", .array([.string("monday")]))])),
                    ])
                ),
            ])
        ),
    ])

    private static let nothing = JSONValue.object([
        ("type", .string("object")), ("properties", .object(JSONObject())),
    ])

    init(_ body: inout BodyReader) {
        body.objects("success_criteria", of: CriterionInput.self, in: AgentLimits.criteria)
        let intents = body.objects("intents", of: IntentInput.self, in: AgentLimits.intents)
        if Set(intents.map(\.name)).count < intents.count {
            body.fault("intents", "has a name that stands there twice")
        }
        guard let schema = body.documentOrNil("extract", bytesMax: AgentLimits.extractionBytesMax) else {
            if !body.gives("extract") { body.settle("extract", Self.nothing) }
            return
        }
        body.add(
            ExtractionSchema(Freeform(schema)).faults.map {
                .init(pointer: body.place(of: "extract") + $0.pointer, message: $0.message)
            })
    }
}

/// Something that happens in a call that succeeds; all of them must.
struct CriterionInput: BodyInput {
    static let example = JSONValue.object([
        ("kind", .string(SuccessCriterion.Kind.toolReturned.rawValue)), ("any_of", .array([.string("find_slot")])),
    ])

    init(_ body: inout BodyReader) {
        let kind = body.word("kind", else: SuccessCriterion.Kind.toolReturned)
        let words = body.texts("any_of", in: AgentLimits.anyOf, each: AgentLimits.phrase)
        // One fault of a thing is enough.
        if body.isDescribing || !body.faults.isEmpty { return }
        switch kind {
        case .transferred: if !words.isEmpty { body.fault("any_of", "is for other kinds than transferred") }
        case .endedBy:
            if words.isEmpty || words.contains(where: { EndedReason(rawValue: $0) == nil }) {
                body.fault("any_of", "names reasons for which calls end, such as agent_hung_up")
            }
        case .callerSaid, .agentSaid:
            if words.isEmpty || words.contains(where: { SpokenWords.of($0).isEmpty }) {
                body.fault("any_of", "names phrases, each with a word in it")
            }
        case .toolReturned, .extracted:
            if words.isEmpty { body.fault("any_of", "names one of what may do at least") }
        }
    }
}

/// A matter, and how people name it.
struct IntentInput: BodyInput {
    static let example = JSONValue.object([
        ("name", .string("reschedule")), ("phrases", .array([.string("another day"), .string("reschedule")])),
    ])

    let name: String

    init(_ body: inout BodyReader) {
        name = body.text("name", in: AgentLimits.intentName)
        let phrases = body.texts("phrases", in: AgentLimits.phrases, each: AgentLimits.phrase)
        if body.isDescribing || !body.faults.isEmpty { return }
        if phrases.isEmpty || phrases.contains(where: { SpokenWords.of($0).isEmpty }) {
            body.fault("phrases", "names phrases, each with a word in it")
        }
    }
}
