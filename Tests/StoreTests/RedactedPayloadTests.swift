import Crypto
import Domain
import Store
import Testing
import Wire

/// What is private is not shown, and everything else is.
struct RedactedPayloadTests {
    /// All texts and numbers that stand in something private, wherever it is.
    static func hidden(in subject: Any) -> [String] {
        if let text = subject as? Private<String> { return [text.revealed] }
        if let document = subject as? Private<Freeform> { return words(of: document.revealed) }
        if subject is any FixedWidthInteger { return [] }
        return Mirror(reflecting: subject).children.flatMap { hidden(in: $0.value) }
    }

    private static func words(of document: Freeform) -> [String] {
        switch document {
        case .string(let text): [text]
        case .integer(let number) where number > 1_000_000: ["\(number)"]
        case .array(let values): values.flatMap { words(of: $0) }
        case .object(let members): members.values.flatMap { words(of: $0) }
        default: []
        }
    }

    static func strings(in value: JSONValue) -> [String] {
        switch value {
        case .string(let text): [text]
        case .integer(let number): ["\(number)"]
        case .array(let values): values.flatMap { strings(in: $0) }
        case .object(let object): object.members.flatMap { strings(in: $0.value) }
        default: []
        }
    }

    @Test(arguments: Samples.facts)
    func `no word of anybody's is left, and the document keeps its shape`(fact: Fact) throws {
        let shown = try RedactedPayload.of(fact)
        let left = Set(Self.strings(in: shown))
        // A segment of customers is called as one of the tags is.
        let secrets = Self.hidden(in: fact).filter { $0 != "vip" }
        #expect(left.isDisjoint(with: secrets))
        guard case .object(let object) = shown,
            case .object(let whole) = try JSONValue(json: EventCodec.encode(fact))
        else {
            Issue.record("\(fact.type.rawValue) is shown as nothing at all")
            return
        }
        #expect(object.members.map(\.name) == whole.members.map(\.name))
        if !left.contains(RedactedPayload.mark) { #expect(object == whole && secrets.isEmpty) }
    }

    @Test func `some samples hold something private, and some don't`() {
        let counts = Samples.facts.map { Self.hidden(in: $0).count }
        #expect(counts.contains(0))
        #expect(counts.count { $0 > 0 } >= 20)
    }

    @Test(arguments: [
        ("later.type", #"{"phone":"+15550100001"}"#), ("caller.said", #"{"text":7}"#), ("caller.said", "{"),
    ])
    func `what can't be read is not shown at all`(type: String, payload: String) {
        let event = RecordedEvent(
            lane: 0, position: 1, stream: UUID(value: 1), version: 1, id: UUID(value: 2), organization: UUID(value: 3),
            type: type, schemaVersion: 1, occurredAt: Timestamp(seconds: 0), recordedAt: Timestamp(seconds: 0),
            payload: Array(payload.utf8))
        #expect(RedactedPayload.of(event) == .string(RedactedPayload.mark))
    }
}
