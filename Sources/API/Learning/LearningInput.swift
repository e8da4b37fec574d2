import Crypto
import Domain
import Store
import Wire

/// Something that somebody wants to be remembered.
struct MemoryInput: BodyInput {
    static let example = JSONValue.object([
        ("content", .string("Prefers to be called in the morning.")),
        ("kind", .string(MemoryKind.preference.rawValue)), ("metadata", .object([("order", .string("4711"))])),
    ])

    let content: Private<String>
    let kind: MemoryKind
    let relevance: Fraction?
    let metadata: Private<Freeform>?

    init(_ body: inout BodyReader) {
        content = Private(body.text("content", in: MemoryDesk.contentLength))
        kind = body.word("kind", else: .fact)
        let number = body.decimal("relevance", in: 0...1, else: 1)
        relevance = body.gives("relevance") ? Fraction(number) : nil
        metadata = body.documentOrNil("metadata", bytesMax: MemoryDesk.metadataBytesMax).map { Private(Freeform($0)) }
    }
}

/// What of memories somebody looks for, by its words.
struct MemorySearch: BodyInput {
    static let example = JSONValue.object([("text", .string("called in the morning")), ("limit", .integer(5))])

    let search: TextSearch
    let customer: CustomerID?

    init(_ body: inout BodyReader) {
        search = TextSearch(&body)
        customer = body.idOrNil("customer_id").map { CustomerID($0) }
    }
}

/// The same of patterns.
struct PatternSearch: BodyInput {
    static let example = JSONValue.object([("text", .string("the last order")), ("min_similarity", .double(0.5))])

    let search: TextSearch
    let agent: AgentID?

    init(_ body: inout BodyReader) {
        search = TextSearch(&body)
        agent = body.idOrNil("agent_id").map { AgentID($0) }
    }
}

extension TextSearch {
    fileprivate init(_ body: inout BodyReader) {
        let text = body.text("text", in: Self.textLength)
        let limit = body.number("limit", in: Self.limits, else: Self.limitUsual)
        self.init(text, limit: limit, similarityMin: body.decimal("min_similarity", in: 0...1, else: 0))
    }
}
