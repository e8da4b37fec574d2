import Testing
import Wire

@testable import Console

/// What a call is judged by, and how it is told.
struct ExpectationsTests {
    private static func fact(_ version: Int64, _ type: String, _ payload: String, at second: Int = 0) throws
        -> CallFactView
    {
        let document = JSONValue.object([
            ("version", .integer(version)), ("type", .string(type)),
            ("occurred_at", .string("2026-11-20T10:00:0\(second).500Z")),
            ("payload", try JSONValue(json: Array(payload.utf8))),
        ])
        return try #require(CallFactView(document))
    }

    private static func call() throws -> [CallFactView] {
        [
            try fact(1, "call.received", #"{"from":"+15550100701","to":"+15550100201"}"#),
            try fact(2, "agent.spoke", #"{"heard_text":"Hello, this is the order desk.","interrupted":false}"#, at: 2),
            try fact(3, "caller.said", #"{"text":"Where is my order?"}"#, at: 4),
            try fact(4, "turn.ended", #"{"endpointing_ms":500}"#, at: 5),
            try fact(5, "agent.started_speaking", #"{"perceived_ms":612,"tts_first_byte_ms":20}"#, at: 5),
            try fact(
                6, "agent.spoke",
                #"{"heard_text":"It left us","generated_text":"It left us on Monday.","interrupted":true}"#, at: 6),
            try fact(7, "call.ended", #"{"ended_reason":"caller_hung_up","duration_ms":9100}"#, at: 9),
        ]
    }

    private static func points(_ expectations: String) throws -> [Expectations.Point] {
        try Expectations(try JSONValue(json: Array(expectations.utf8))).judge(try call())
    }

    @Test func `case and punctuation make no difference, and order does`() throws {
        let met = try Self.points(
            #"""
            {"ended_reason": "caller_hung_up", "caller": ["where is my order"], "heard": ["ORDER DESK", "left us"],
             "events": {"agent.spoke": 2}}
            """#)
        #expect(met.count == 5 && met.allSatisfy(\.isMet))
        let other = try Self.points(#"{"heard": ["left us", "order desk"]}"#)
        #expect(other.map(\.isMet) == [true, false])
        #expect(other[1].found == "nothing more")
    }

    @Test func `what is not met says what there was instead`() throws {
        let points = try Self.points(
            #"""
            {"ended_reason": "agent_hung_up", "caller": [], "heard": ["tomorrow"], "events": {"agent.interrupted": 1}}
            """#)
        #expect(points.map(\.isMet) == [false, false, false, false])
        #expect(points[0].found == "caller_hung_up")
        #expect(points[1].found == "Where is my order?")
        #expect(points[3].found == "0×")
    }

    @Test func `only what was heard counts, not what was to be said`() throws {
        #expect(try Self.points(#"{"heard": ["Monday"]}"#).map(\.isMet) == [false])
    }

    @Test func `what shall be remembered is looked for in all that is`() throws {
        let text = #"{"remembered": ["the OFFICE", "a dog"]}"#
        let expectations = try Expectations(try JSONValue(json: Array(text.utf8)))
        let points = expectations.judge([], memories: ["Delivery place: the office.", "likes tea"])
        #expect(points.map(\.isMet) == [true, false])
        #expect(points[1].found == "Delivery place: the office. / likes tea")
        #expect(
            !expectations.isRemembered(in: ["the office"])
                && expectations.isRemembered(in: ["has a dog", "the office"]))
        #expect(throws: Trouble.self) { try Expectations(try JSONValue(json: Array(#"{"remembered": "x"}"#.utf8))) }
    }

    @Test func `an expectation that nobody knows is refused`() {
        #expect(throws: Trouble.self) { try Self.points(#"{"herad": ["hello"]}"#) }
        #expect(throws: Trouble.self) { try Self.points(#"{"heard": [7]}"#) }
        #expect(throws: Trouble.self) { try Self.points(#"{"events": {"agent.spoke": "two"}}"#) }
    }

    @Test func `the timeline tells who spoke, what was cut off, and how long the silence was`() throws {
        var timeline = Timeline()
        let lines = try Self.call().compactMap { timeline.line($0) }
        #expect(
            lines == [
                "   0.0 s  call      +15550100701 calls +15550100201",
                "   2.0 s  agent     “Hello, this is the order desk.”",
                "   4.0 s  caller    “Where is my order?”",
                "   5.0 s            612 ms of silence (turn's end 500, voice 20)",
                "   6.0 s  agent     “It left us” — interrupted, of “It left us on Monday.”",
                "   9.0 s  call      over: caller_hung_up after 9 s",
            ])
    }

    @Test func `both sides stand side by side in the sound file`() {
        let file = StereoFile.bytes(left: [0x00, 0xFF, 0x80], right: [0x80])
        #expect(file.count == 44 + 3 * 4)
        #expect(Array(file[0..<4]) == Array("RIFF".utf8) && Array(file[8..<16]) == Array("WAVEfmt ".utf8))
        func sample(_ index: Int) -> Int16 {
            Int16(bitPattern: UInt16(file[44 + index * 2]) | UInt16(file[45 + index * 2]) << 8)
        }
        #expect((0..<6).map(sample) == [-32124, 32124, 0, 0, 32124, 0])
    }
}
