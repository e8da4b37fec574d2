import Domain
import Testing

@testable import Providers

/// The stream of an answer without a server: cut anywhere, and written as all those servers write it.
struct ChatReadingTests {
    private func read(_ pieces: [[UInt8]]) -> [ThinkerEvent] {
        var machine = ChatReading()
        var events: [ThinkerEvent] = []
        for piece in pieces { events += machine.received(piece.span) }
        return events + machine.ended()
    }

    private func read(_ lines: [String]) -> [ThinkerEvent] {
        read([Array(lines.map { "data: \($0)\n\n" }.joined().utf8)])
    }

    /// Texts that follow one another are one: where they were cut is the server's affair.
    private func joined(_ events: [ThinkerEvent]) -> [ThinkerEvent] {
        events.reduce(into: []) { all, event in
            if case .text(let more) = event, case .text(let text) = all.last {
                all[all.count - 1] = .text(text + more)
            } else {
                all.append(event)
            }
        }
    }

    private static let answer = [
        #"{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
        #"{"choices":[{"index":0,"delta":{"content":"Grüße, 谢谢 "}}]}"#,
        #"{"choices":[{"index":0,"delta":{"content":"👋🏽 \u00e9\ud83d\ude00."}}]}"#,
        #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_9","type":"function","function":{"name":"book","arguments":""}}]}}]}"#,
        #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"tag\":\"Mü"}}]}}]}"#,
        #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"nchen\"}"}}]}}]}"#,
        #"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#,
        #"{"choices":[],"usage":{"prompt_tokens":40,"completion_tokens":12,"prompt_tokens_details":{"cached_tokens":8}}}"#,
        "[DONE]",
    ]

    private static let understood: [ThinkerEvent] = [
        .text("Grüße, 谢谢 👋🏽 é😀."),
        .tool(ThinkerToolUse(id: "call_9", name: "book", arguments: Private(#"{"tag":"München"}"#))),
        .usage(TokenUsage(tokensIn: 40, tokensOut: 12, tokensCached: 8)), .finished(.toolCalls),
    ]

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `an answer cut at any byte is the same answer`(_ lineEnd: String) {
        let bytes = Array(Self.answer.map { "data: \($0)\(lineEnd)\(lineEnd)" }.joined().utf8)
        for place in 0...bytes.count {
            let events = read([Array(bytes[..<place]), Array(bytes[place...])])
            #expect(joined(events) == Self.understood, "cut at \(place)")
        }
        #expect(joined(read(bytes.map { [$0] })) == Self.understood)
    }

    @Test func `an answer that breaks off before its end is disconnected, wherever that is`() {
        let bytes = Array(Self.answer.map { "data: \($0)\n\n" }.joined().utf8)
        let end = Array(Self.answer.prefix(7).map { "data: \($0)\n\n" }.joined().utf8).count
        for place in 0..<end {
            #expect(read([Array(bytes[..<place])]).last == .failed(StreamFault(.disconnected)), "cut at \(place)")
        }
        for place in end...bytes.count {
            #expect(read([Array(bytes[..<place])]).last == .finished(.toolCalls), "cut at \(place)")
        }
    }

    @Test func `tools are put together however they come`() {
        func tools(_ deltas: [String], finish: String = "tool_calls") -> [ThinkerToolUse] {
            let lines = deltas.map { #"{"choices":[{"delta":{"tool_calls":[\#($0)]}}]}"# }
            let last = #"{"choices":[{"delta":{},"finish_reason":"\#(finish)"}]}"#
            return read(lines + [last]).compactMap { if case .tool(let tool) = $0 { tool } else { nil } }
        }
        let one = ThinkerToolUse(id: "a", name: "f", arguments: Private("{}"))
        let two = ThinkerToolUse(id: "b", name: "g", arguments: Private("[1]"))
        // Whole and at once; from index 1 on; without any index; the name in each piece; "stop" for an end.
        #expect(tools([#"{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}"#]) == [one])
        #expect(tools([#"{"index":1,"id":"a","function":{"name":"f","arguments":""}}"#]) == [one])
        #expect(
            tools([
                #"{"id":"a","function":{"name":"f"}},{"id":"b","function":{"name":"g","arguments":"["}}"#,
                #"{"function":{"arguments":"1]"}}"#,
            ]) == [one, two])
        #expect(
            tools([
                #"{"index":0,"id":"b","function":{"name":"g","arguments":"[1"}}"#,
                #"{"index":0,"id":"b","function":{"name":"g","arguments":"]"}}"#,
            ]) == [two])
        #expect(
            tools(
                [
                    #"{"index":1,"id":"b","function":{"name":"g","arguments":"[1]"}}"#,
                    #"{"index":0,"id":"a","function":{"name":"f"}}"#,
                ], finish: "stop") == [one, two])
        // What was cut off is not carried out.
        #expect(tools([#"{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}"#], finish: "length") == [])
    }

    @Test func `the ways to end are told apart`() {
        let ends: [(String, FinishReason)] = [
            ("stop", .stop), ("length", .length), ("content_filter", .filtered), ("eos", .stop),
        ]
        for (reason, finish) in ends {
            #expect(read([#"{"choices":[{"delta":{},"finish_reason":"\#(reason)"}]}"#]) == [.finished(finish)])
        }
    }

    @Test func `usage may come with the last piece, or where Groq puts it`() {
        let usage = #"{"prompt_tokens":1,"completion_tokens":2}"#
        for place in [#""usage":\#(usage)"#, #""x_groq":{"usage":\#(usage)}"#] {
            let events = read([#"{"choices":[{"delta":{},"finish_reason":"stop"}],\#(place)}"#])
            #expect(events == [.usage(TokenUsage(tokensIn: 1, tokensOut: 2)), .finished(.stop)])
        }
    }

    @Test func `comments, empty data, nothing chosen and private thoughts are passed over`() {
        let stream = """
            : OPENROUTER PROCESSING

            data:

            data: {"choices":[],"prompt_filter_results":[]}

            data: {"choices":[{"delta":{"reasoning_content":"hm","reasoning":"hm","content":null}}]}

            data: {"choices":[{"delta":{"content":"ok"},"finish_reason":"stop"}]}


            """
        #expect(read([Array(stream.utf8)]) == [.text("ok"), .finished(.stop)])
    }

    @Test func `an error in place of a piece has a name`() {
        let errors: [(String, StreamFault.Cause, Int?)] = [
            (#"{"error":{"message":"x","code":"context_length_exceeded"}}"#, .tooLong, nil),
            (#"{"error":{"message":"x","type":"insufficient_quota"}}"#, .unpaid, nil),
            (#"{"error":{"code":429}}"#, .rateLimited(retryAfter: nil), 429), (#"{"error":"busy"}"#, .overloaded, nil),
            ("[1]", .malformed, nil), ("{", .malformed, nil),
        ]
        for (line, cause, status) in errors {
            #expect(read([line]) == [.failed(StreamFault(cause, status: status))])
        }
    }

    @Test func `an endless line, an endless answer and endless tools are malformed`() {
        let malformed = ThinkerEvent.failed(StreamFault(.malformed))
        let line = Array("data: ".utf8) + [UInt8](repeating: 97, count: ChatReading.eventBytesMax)
        #expect(read([line]) == [malformed])
        let piece = String(repeating: "a", count: 100_000)
        let text = [String](repeating: #"{"choices":[{"delta":{"content":"\#(piece)"}}]}"#, count: 12)
        #expect(read(text).last == malformed)
        let tools = (0...ChatReading.toolsMax).map {
            #"{"choices":[{"delta":{"tool_calls":[{"index":\#($0),"function":{"name":"f"}}]}}]}"#
        }
        #expect(read(tools) == [malformed])
        #expect(
            read([#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a"}]},"finish_reason":"stop"}]}"#])
                == [malformed])
    }
}
