package import HTTP
import Loop
import Synchronization
import Wire

/// A model behind OpenAI's chat protocol as a server of our own: it answers what its rules say.
package final class ChatSimulator: Sendable {
    package struct Settings: Sendable {
        /// How many characters one piece of the answer has.
        package var pieceLength = 4
        /// The stream is cut into writes of so many bytes, wherever that is; nil writes each chunk whole.
        package var writeBytes: Int?
        /// Before each write.
        package var pace = Duration.zero
        package var rules: [ChatRule] = []

        package init() {}
    }

    private struct Broken: Error {}

    package let stage: Stage
    private let settings: Mutex<Settings>

    package init(key: String? = nil, _ settings: Settings = Settings()) {
        stage = Stage(key: key)
        self.settings = Mutex(settings)
    }

    package func change(_ body: (inout Settings) -> Void) { settings.withLock { body(&$0) } }

    /// Where OpenAI has it, and where Groq does.
    package var routes: [Route] {
        let models = Response.json(
            JSONValue.object([
                ("object", .string("list")),
                ("data", .array([.object([("id", .string("simulated")), ("object", .string("model"))])])),
            ]).bytes())
        return [
            Route(.post, "/v1/chat/completions") { [self] request in try await answer(request) },
            Route(.post, "/openai/v1/chat/completions") { [self] request in try await answer(request) },
            Route(.get, "/v1/models") { _ in models },
            Route(.get, "/openai/v1/models") { _ in models },
        ]
    }

    private func answer(_ request: Request) async throws -> Response {
        let trouble = stage.next()
        let key = SimulatedRefusal.credentials(request, "Bearer")
        if let refusal = try await SimulatedRefusal.judge(request, stage, trouble, keys: [key], body: Self.error) {
            return refusal
        }
        guard let question = try? JSONValue(json: request.body), case .array(let messages) = question["messages"],
            let model = question["model"]?.text
        else {
            stage.note { $0.refused += 1 }
            return .json(Self.error(400).bytes(), status: .badRequest)
        }
        stage.note(question)
        let settings = settings.withLock { $0 }
        let last = messages.last { ["user", "tool"].contains($0["role"]?.text) }.flatMap(Self.text) ?? ""
        let rule = settings.rules.first { $0.matches(last) } ?? ChatRule("", say: "I heard: \(last)")
        let script = ChatScript(
            model: model, rule: rule, pieceLength: max(1, settings.pieceLength),
            includesUsage: question["stream_options"]?["include_usage"] == .bool(true),
            tokensIn: messages.reduce(0) { $0 + 4 + (Self.text($1)?.count ?? 0) / 4 })
        guard question["stream"] == .bool(true) else { return .json(script.whole.bytes()) }
        return .stream(
            .eventStream,
            BodyStream { [stage] writer in
                defer { stage.note { $0.ended += 1 } }
                try await Self.perform(script, settings, trouble, stage, writer)
            })
    }

    private static func perform(
        _ script: ChatScript, _ settings: Settings, _ trouble: SimulatedTrouble, _ stage: Stage,
        _ writer: ResponseWriter
    ) async throws {
        var pieces: [[UInt8]] = []
        var breaks = false
        var stalls = false
        for (index, chunk) in script.chunks.enumerated() {
            switch trouble {
            case .stalls(let count) where index >= count: stalls = true
            case .disconnects(let count) where index >= count: breaks = true
            case .malformed(let count) where index == count: pieces.append(Array("data: {\"choices\":[\n\n".utf8))
            case .fails(let count, let status) where index == count: pieces.append(event(error(status)))
            default: break
            }
            if stalls || breaks { break }
            pieces.append(event(chunk))
        }
        if !stalls, !breaks { pieces.append(Array("data: [DONE]\n\n".utf8)) }
        if let length = settings.writeBytes {
            let all = pieces.flatMap { $0 }
            pieces = stride(from: 0, to: all.count, by: length).map { Array(all[$0..<min($0 + length, all.count)]) }
        }
        if case .slowBeginning(let delay) = trouble { try await writer.loop.sleep(for: delay) }
        for piece in pieces {
            if settings.pace > .zero { try await writer.loop.sleep(for: settings.pace) }
            stage.note { $0.messagesOut += 1 }
            try await writer.write(piece)
        }
        if breaks {
            // What was written leaves before the connection does.
            try await writer.loop.sleep(for: .milliseconds(20))
            throw Broken()
        }
        // Until the client goes, which cancels this.
        if stalls { try await writer.loop.sleep(for: .seconds(3_600)) }
    }

    private static func event(_ chunk: JSONValue) -> [UInt8] { Array("data: \(chunk.written)\n\n".utf8) }

    private static func text(_ message: JSONValue) -> String? {
        if let text = message["content"]?.text { return text }
        guard case .array(let parts) = message["content"] else { return nil }
        return parts.compactMap { $0["text"]?.text }.joined(separator: " ")
    }

    private static func error(_ status: UInt16) -> JSONValue {
        let code =
            switch status {
            case 401: "invalid_api_key"
            case 429: "rate_limit_exceeded"
            default: "simulated"
            }
        return .object([
            (
                "error",
                .object([
                    ("message", .string("simulated")), ("type", .string("simulated")), ("param", .null),
                    ("code", .string(code)), ("status", .integer(Int64(status))),
                ])
            )
        ])
    }
}
