import Domain
import HTTP
import Wire

/// The stream of one answer in OpenAI's chat protocol, pure: bytes go in, wherever they were cut, and events come out.
///
/// Tools are put together by their index and told when the model says that it has finished; usage may come anywhere; the end
/// is told once.
struct ChatReading: ~Copyable {
    /// One line of the stream, or one answer, is not longer than this.
    static let eventBytesMax = 1 << 20
    static let answerBytesMax = 1 << 20
    static let toolsMax = 32

    private struct Draft {
        var index: Int64
        var id = ""
        var name = ""
        var arguments = ""
    }

    private var lines = ServerSentEventParser(bytesMax: eventBytesMax)
    private var drafts: [Draft] = []
    private var finish: FinishReason?
    private var answerBytes = 0
    private(set) var isOver = false
    /// Something of the answer has come.
    private(set) var hasBegun = false

    init() {}

    /// The model has finished; only its usage is still to come.
    var hasFinished: Bool { finish != nil }

    mutating func received(_ bytes: Span<UInt8>) -> [ThinkerEvent] {
        var events: [ThinkerEvent] = []
        var position = 0
        while !isOver {
            do throws(ServerSentEventParser.Fault) {
                guard let event = try lines.next(bytes, from: &position) else { return events }
                take(event.data, into: &events)
            } catch {
                fail(StreamFault(.malformed), into: &events)
            }
        }
        return events
    }

    /// The stream has ended, properly or not.
    mutating func ended() -> [ThinkerEvent] {
        guard !isOver else { return [] }
        guard let finish else { return failed(StreamFault(.disconnected)) }
        isOver = true
        return [.finished(finish)]
    }

    /// Nothing more comes; once the model has finished, that is no fault.
    mutating func failed(_ fault: StreamFault) -> [ThinkerEvent] {
        guard !isOver else { return [] }
        isOver = true
        return [finish.map { .finished($0) } ?? .failed(fault)]
    }

    private mutating func take(_ data: String, into events: inout [ThinkerEvent]) {
        if data.allSatisfy(\.isWhitespace) { return }
        if data == "[DONE]" {
            events += ended()
            return
        }
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(json: Array(data.utf8))
        } catch {
            return fail(StreamFault(.malformed), into: &events)
        }
        guard case .object = document else { return fail(StreamFault(.malformed), into: &events) }
        if let error = document["error"], error != .null { return fail(ChatFault.read(error), into: &events) }
        hasBegun = true
        if case .array(let choices) = document["choices"], let choice = choices.first {
            take(choice: choice, into: &events)
        }
        if let usage = TokenUsage(document["usage"]) ?? TokenUsage(document["x_groq"]?["usage"]), !isOver {
            events.append(.usage(usage))
        }
    }

    private mutating func take(choice: JSONValue, into events: inout [ThinkerEvent]) {
        guard finish == nil else { return }
        let delta = choice["delta"]
        if let text = delta?["content"]?.text, !text.isEmpty {
            grow(text)
            events.append(.text(text))
        }
        if case .array(let pieces) = delta?["tool_calls"] {
            for (place, piece) in pieces.enumerated() { take(tool: piece, at: place) }
        }
        guard answerBytes <= Self.answerBytesMax, drafts.count <= Self.toolsMax else {
            return fail(StreamFault(.malformed), into: &events)
        }
        guard let reason = choice["finish_reason"]?.text else { return }
        finishes(reason, into: &events)
    }

    private mutating func take(tool piece: JSONValue, at place: Int) {
        let id = piece["id"]?.text ?? ""
        let index: Int64 =
            if let index = piece["index"]?.wholeNumber {
                index
            } else if !id.isEmpty {
                // Some leave the index out: a new name begins a new tool.
                drafts.first { $0.id == id }?.index ?? Int64(drafts.count)
            } else {
                drafts.last?.index ?? Int64(place)
            }
        let position: Int
        if let known = drafts.firstIndex(where: { $0.index == index }) {
            position = known
        } else {
            drafts.append(Draft(index: index))
            position = drafts.count - 1
        }
        if drafts[position].id.isEmpty { drafts[position].id = id }
        if let name = piece["function"]?["name"]?.text, drafts[position].name.isEmpty {
            drafts[position].name = name
        }
        if let arguments = piece["function"]?["arguments"]?.text {
            drafts[position].arguments += arguments
            grow(arguments)
        }
    }

    private mutating func finishes(_ reason: String, into events: inout [ThinkerEvent]) {
        switch reason {
        // What is cut off is not carried out.
        case "length": finish = .length
        case "content_filter": finish = .filtered
        default:
            // Some say "stop" though they want tools.
            finish = drafts.isEmpty ? .stop : .toolCalls
            for draft in drafts.sorted(by: { $0.index < $1.index }) {
                guard !draft.name.isEmpty else {
                    finish = nil
                    return fail(StreamFault(.malformed), into: &events)
                }
                events.append(
                    .tool(
                        ThinkerToolUse(
                            id: draft.id.isEmpty ? "call_\(draft.index)" : draft.id, name: draft.name,
                            arguments: Private(draft.arguments.isEmpty ? "{}" : draft.arguments))))
            }
        }
    }

    private mutating func grow(_ text: String) { answerBytes += text.utf8.count }

    private mutating func fail(_ fault: StreamFault, into events: inout [ThinkerEvent]) {
        events += failed(fault)
    }
}

extension TokenUsage {
    fileprivate init?(_ usage: JSONValue?) {
        guard let usage, let tokensIn = Self.count(usage["prompt_tokens"]),
            let tokensOut = Self.count(usage["completion_tokens"])
        else { return nil }
        let cached = Self.count(usage["prompt_tokens_details"]?["cached_tokens"]) ?? 0
        self.init(tokensIn: tokensIn, tokensOut: tokensOut, tokensCached: cached)
    }

    private static func count(_ value: JSONValue?) -> Int? {
        guard let number = value?.wholeNumber, 0...1_000_000_000 ~= number else { return nil }
        return Int(number)
    }
}
