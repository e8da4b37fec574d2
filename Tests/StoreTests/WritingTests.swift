import Domain
import Store
import Testing

/// What the codec does with facts that JSON, or `jsonb`, has no words for.
struct WritingTests {
    private func payload(result: Freeform) throws -> String {
        let returned = ToolReturned(toolCall: ToolCallID(value: 1), name: "t", result: Private(result))
        return text(try EventCodec.encode(.call(.toolReturned(returned))))
    }

    private func nested(_ depth: Int) -> Freeform {
        (0..<depth).reduce(.integer(7)) { inner, level in
            level.isMultiple(of: 2) ? .array([inner]) : .object(["a": inner])
        }
    }

    @Test func `NUL becomes the sign of a damaged character`() throws {
        let digits = DTMFReceived(digits: Private("1\0\0" + "2"))
        #expect(
            text(try EventCodec.encode(.call(.dtmfReceived(digits)))) == "{\"digits\":\"1\u{FFFD}\u{FFFD}2\"}")
        #expect(try payload(result: .object(["a\0": .string("\0")])).contains("{\"a\u{FFFD}\":\"\u{FFFD}\"}"))
    }

    @Test func `two names that NUL told apart are one`() throws {
        let json = try payload(result: .object(["a\0": .integer(1), "a\u{FFFD}": .integer(2)]))
        #expect(json.contains("\"result\":{\"a\u{FFFD}\":1}"))
    }

    @Test func `documents are cut where they get too deep`() throws {
        let allowed = try payload(result: nested(Freeform.depthMax))
        #expect(allowed.contains("7"))
        let cut = try payload(result: nested(Freeform.depthMax + 1))
        #expect(!cut.contains("7"))
        #expect(cut.contains("null"))
        // However deep: writing goes no further down than reading will.
        #expect(try payload(result: nested(500)).count == cut.count)
    }

    @Test func `what is no number is null`() throws {
        #expect(
            try payload(result: .array([.fractional(.infinity), .fractional(.nan), .fractional(0.5), .fractional(3)]))
                .contains("[null,null,0.5,3]"))
    }

    @Test func `a result that is null is a result`() throws {
        let json = try payload(result: .null)
        #expect(json.contains(#""result":null"#))
        let returned = ToolReturned(toolCall: ToolCallID(value: 1), name: "t", result: Private(.null))
        #expect(
            try EventCodec.decode(type: "tool.returned", schemaVersion: 1, payload: Array(json.utf8))
                == .fact(.call(.toolReturned(returned))))
    }

    @Test func `members stand in the order of their names`() throws {
        #expect(
            try payload(result: .object(["b": .null, "aa": .null, "a": .null])).contains(
                #""result":{"a":null,"aa":null,"b":null}"#))
    }

    @Test func `the longest payload is written, and one byte more is refused`() throws {
        func event(_ count: Int) -> Fact {
            .call(.dtmfSent(DTMFSent(digits: Private(String(repeating: "1", count: count)))))
        }
        let frame = #"{"digits":""}"#.utf8.count
        let longest = try EventCodec.encode(event(EventCodec.payloadBytesMax - frame))
        #expect(longest.count == EventCodec.payloadBytesMax)
        #expect(throws: Never.self) { try EventCodec.decode(type: "dtmf.sent", schemaVersion: 1, payload: longest) }
        let tooLarge = CodecError.Problem.tooLarge(
            bytes: EventCodec.payloadBytesMax + 1, max: EventCodec.payloadBytesMax)
        #expect(throws: CodecError(.dtmfSent, version: 1, tooLarge)) {
            try EventCodec.encode(event(EventCodec.payloadBytesMax - frame + 1))
        }
    }

    @Test func `a meta that is too long is refused`() throws {
        let frame = #"{"request_id":""}"#.utf8.count
        let longest = EventMeta(request: String(repeating: "r", count: EventCodec.metaBytesMax - frame))
        #expect(try EventCodec.encode(longest).count == EventCodec.metaBytesMax)
        let beyond = EventMeta(request: String(repeating: "r", count: EventCodec.metaBytesMax - frame + 1))
        let tooLarge = CodecError.Problem.tooLarge(bytes: EventCodec.metaBytesMax + 1, max: EventCodec.metaBytesMax)
        #expect(throws: CodecError(nil, version: 1, tooLarge)) { try EventCodec.encode(beyond) }
    }

    @Test(arguments: Samples.facts)
    func `an event does not tell what is private when it is printed`(sample: Fact) throws {
        var dumped = ""
        dump(sample, to: &dumped)
        for printed in ["\(sample)", String(reflecting: sample), dumped] {
            for word in [
                "+1555", "example.com", "refund", "pedido", "order left", "9007199254740993", "morning", "42#",
            ] {
                #expect(!printed.contains(word))
            }
        }
    }
}
