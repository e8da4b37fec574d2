import Domain
import Store
import Testing
import Wire

/// A payload that is not what its version says is refused by the name of the field, and never quoted.
struct StrictnessTests {
    /// Fields that hold documents of any shape.
    private static let freeform: Set<String> = [
        "metadata", "dynamic_variables", "arguments", "result", "settings", "changes", "extracted", "details",
    ]
    private static let marker = "marker7731"

    private typealias Member = (name: String, value: JSONValue)

    private func members(_ fact: Fact) throws -> [Member] {
        guard case .object(let object) = try JSONValue(json: EventCodec.encode(fact)) else { return [] }
        return object.members.map { ($0.name, $0.value) }
    }

    private func read(_ type: EventType, _ members: [Member]) throws(CodecError) -> DecodedEvent {
        let json = JSONValue.object(members)
        return try EventCodec.decode(
            type: type.rawValue, schemaVersion: type.schemaVersion, payload: json.bytes())
    }

    /// The members that an event of this type can't do without.
    private func required(_ type: EventType) throws -> Set<String> {
        var dice = Dice(seed: 1, optionals: .never)
        return Set(try members(Fact.any(type, &dice)).map(\.name))
    }

    @Test(arguments: Samples.facts)
    func `a field of another kind is refused by its name`(sample: Fact) throws {
        let type = sample.type
        let members = try members(sample)
        for place in members.indices where !Self.freeform.contains(members[place].name) {
            var changed = members
            changed[place].value = .object([(Self.marker, .string(Self.marker))])
            // An object of other members is what a nested one would miss its own members in.
            if case .object = members[place].value { changed[place].value = .string(Self.marker) }
            let error = #expect(throws: CodecError.self) { try read(type, changed) }
            #expect(error?.problem == .illTyped(field: members[place].name))
            #expect(error?.description.contains(Self.marker) == false)
        }
    }

    @Test(arguments: Samples.facts)
    func `a field that must be there is missed, and one that need not is not`(sample: Fact) throws {
        let type = sample.type
        let required = try required(type)
        let all = try members(sample)
        for member in all {
            let others = all.filter { $0.name != member.name }
            let nulled = all.map { $0.name == member.name ? ($0.name, .null) : $0 }
            let hasNull = Self.freeform.contains(member.name)
            for members in hasNull ? [others] : [others, nulled] {
                if required.contains(member.name) {
                    let missing = CodecError(type, version: type.schemaVersion, .missing(field: member.name))
                    #expect(throws: missing) { try read(type, members) }
                } else {
                    #expect(throws: Never.self) { try read(type, members) }
                }
            }
        }
    }

    @Test(arguments: Samples.facts)
    func `a field that nobody asked for is passed over`(sample: Fact) throws {
        let more: Member = ("from_a_later_release", .array([.null]))
        #expect(try read(sample.type, [more] + members(sample)) == .fact(sample))
    }

    @Test func `inside a field the path is named`() {
        let json =
            #"{"memories":[{"memory_id":"0198c5a2-7a00-7000-8000-0000000000a5","similarity":1.5}],"patterns":[]}"#
        let error = #expect(throws: CodecError.self) {
            try EventCodec.decode(type: "context.loaded", schemaVersion: 1, payload: Array(json.utf8))
        }
        #expect(
            error?.description == "context.loaded version 1: memories.similarity is of another kind than it should be")
    }

    @Test func `a type that is not known is no error`() throws {
        let read = try EventCodec.decode(type: "call.teleported", schemaVersion: 9, payload: Array("not JSON".utf8))
        #expect(read == .unknown(type: "call.teleported"))
    }

    @Test(arguments: [
        ("[]", CodecError.Problem.notAnObject), ("7", .notAnObject), ("", .malformed(.endedEarly)),
        (#"{"text":"\ud800"}"#, .malformed(.loneSurrogate)), (#"{"text":"\udc00\ud800"}"#, .malformed(.loneSurrogate)),
        (#"{"a":1e400}"#, .malformed(.numberOutOfRange)), (#"{"a":1,"a":2}"#, .malformed(.duplicateName)),
        (#"{"a":\#(String(repeating: "[", count: 70))"#, .malformed(.tooDeep)), ("{} {}", .malformed(.trailingBytes)),
        ("{\"a\":\"\u{0}\"}", .malformed(.controlCharacter)), (#"{"at_us":1e3}"#, .illTyped(field: "at_us")),
        (#"{"at_us":9223372036854775808}"#, .illTyped(field: "at_us")),
        (#"{"answered_by":"Human"}"#, .illTyped(field: "answered_by")),
    ])
    func `hostile payloads are refused`(json: String, problem: CodecError.Problem) {
        #expect(throws: CodecError(.callAnswered, version: 1, problem)) {
            try EventCodec.decode(type: "call.answered", schemaVersion: 1, payload: Array(json.utf8))
        }
    }

    @Test(arguments: [
        #"{"trace_id":"0af7651916cd43dd8448eb211c80319"}"#, #"{"trace_id":"+af7651916cd43dd8448eb211c80319c"}"#,
        #"{"trace_id":7}"#,
    ])
    func `a trace that is no trace is refused`(json: String) {
        #expect(throws: CodecError(nil, version: 1, .illTyped(field: "trace_id"))) {
            try EventCodec.decodeMeta(Array(json.utf8))
        }
    }

    @Test func `an actor of no known kind is refused`() {
        #expect(throws: CodecError(nil, version: 1, .illTyped(field: "actor.kind"))) {
            try EventCodec.decodeMeta(Array(#"{"actor":{"kind":"ghost","id":"x"}}"#.utf8))
        }
    }
}
