import Testing
import Wire

@Suite struct JSONValueTests {
    static func read(_ text: String) throws(JSONError) -> JSONValue { try JSONValue(json: Array(text.utf8)) }

    @Test(
        arguments: [
            ("0", .integer(0)), ("-1", .integer(-1)), ("-0", .double(-0.0)), ("-0.0", .double(-0.0)),
            ("1.0", .double(1)),
            ("1e2", .double(100)), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .double(9_223_372_036_854_775_808)),
            ("-9223372036854775809", .double(-9_223_372_036_854_775_808)),
            ("123456789012345678901234567890", .double(1.2345678901234568e29)),
            ("5e-324", .double(.leastNonzeroMagnitude)),
            ("1e-400", .double(0)), ("1.7976931348623157e308", .double(.greatestFiniteMagnitude)),
            ("0.1", .double(0.1)), ("9007199254740993", .integer(9_007_199_254_740_993)),
        ] as [(String, JSONValue)])
    func `Numbers keep what they say`(_ text: String, _ value: JSONValue) throws {
        #expect(try Self.read(text) == value)
    }

    @Test func `The sign of zero survives`() throws {
        guard case .double(let zero) = try Self.read("-0") else {
            Issue.record("-0 is no integer")
            return
        }
        #expect(zero.sign == .minus)
        #expect(JSONValue.double(zero).bytes() == Array("-0.0".utf8))
    }

    @Test(arguments: ["1e400", "-1e400", "1e99999999999999999999"])
    func `A number beyond the largest double is refused`(_ text: String) {
        #expect(throws: JSONError(.numberOutOfRange, at: 1)) { try Self.read("[" + text + "]") }
    }

    @Test func `A name that stands twice is refused, however it is written and however many there are`() {
        #expect(throws: JSONError(.duplicateName, at: 8)) { try Self.read(#"{"a":1,"a":2}"#) }
        #expect(throws: JSONError(.duplicateName, at: 8)) { try Self.read(#"{"a":1,"\u0061":2}"#) }
        for count in 1...20 {
            let members = (0..<count).map { #""m\#($0)":0"# } + [#""m\#(count / 2)":1"#]
            #expect(throws: JSONError.self) { try Self.read("{" + members.joined(separator: ",") + "}") }
            let fine = members.dropLast().joined(separator: ",")
            #expect(throws: Never.self) { try Self.read("{" + fine + "}") }
        }
    }

    @Test func `Names that look alike but differ in their bytes are equal only if they are equal texts`() throws {
        // Swift compares texts by canonical equivalence: what people could not tell apart is refused as a repetition.
        #expect(throws: JSONError.self) { try Self.read("{\"\u{e9}\":1,\"e\u{301}\":2}") }
    }

    @Test func `A document longer than the limit is refused unread`() throws {
        var limits = JSONLimits()
        limits.bytesMax = 8
        #expect(
            try JSONValue(json: Array("[1,2,3] ".utf8), limits: limits) == .array([1, 2, 3].map(JSONValue.integer)))
        #expect(throws: JSONError(.tooLong, at: 8)) {
            try JSONValue(json: Array("[1,2,3]  ".utf8), limits: limits)
        }
    }

    @Test func `Members keep their order, and are sorted on demand`() throws {
        let text = #"{"b":[1,2.5,"x\n\u0001\"\\é"],"a":{"d":null,"c":true}}"#
        let value = try Self.read(text)
        #expect(String(decoding: value.bytes(), as: UTF8.self) == text)
        #expect(
            String(decoding: value.bytes(order: .sorted), as: UTF8.self)
                == #"{"a":{"c":true,"d":null},"b":[1,2.5,"x\n\u0001\"\\é"]}"#)
        #expect(value["a"]?["c"] == .bool(true))
        #expect(value["a"]?["x"] == nil)
        #expect(value["b"]?["c"] == nil)
    }

    @Test func `The order of members makes no difference to equality`() throws {
        #expect(try Self.read(#"{"a":1,"b":2}"#) == Self.read(#"{"b":2,"a":1}"#))
        #expect(try Self.read(#"{"a":1,"b":2}"#) != Self.read(#"{"a":1,"c":2}"#))
        #expect(try Self.read(#"{"a":1}"#) != Self.read(#"{"a":1,"b":2}"#))
    }

    @Test(arguments: 0..<200)
    func `What is written reads back as the same`(_ turn: Int) throws {
        var trees = RandomTrees(seed: UInt64.random(in: 0...(.max)) &+ UInt64(turn))
        let value = trees.value(depth: 5)
        let bytes = value.bytes()
        let again = try JSONValue(json: bytes)
        #expect(again == value, "seed \(trees.seed)")
        #expect(again.bytes() == bytes, "seed \(trees.seed)")
        #expect(JSONScannerTests.verdict(bytes) == nil, "seed \(trees.seed)")
        // Cut anywhere, or with any byte changed, it may be refused, but nothing worse.
        let cut = Int(trees.next() % UInt64(bytes.count))
        if bytes.count > 1, case .object = value {
            #expect(JSONScannerTests.verdict(Array(bytes[..<cut])) != nil, "seed \(trees.seed)")
        }
        var changed = bytes
        changed[cut] = UInt8(truncatingIfNeeded: trees.next())
        _ = JSONScannerTests.verdict(changed)
    }
}
