package import Domain
package import HTTP
import Service
import Wire

/// A language model behind OpenAI's chat protocol that looks at calls. Its client is asked on that one's loop, which is why
/// `@unchecked` holds.
package final class ChatAnalyst: CallAnalyst, @unchecked Sendable {
    /// Nobody waits for it: but a job that hangs keeps others waiting.
    package static let patienceUsual = Duration.seconds(30)
    package static let answerBytesMax = 256 << 10
    static let answerTokensMax: Int64 = 2_000

    private let settings: ChatSettings
    private let client: HTTPClient
    private let patience: Duration

    package init(_ settings: ChatSettings, _ client: HTTPClient, patience: Duration = patienceUsual) {
        (self.settings, self.client, self.patience) = (settings, client, patience)
    }

    package var model: String { "\(settings.name)/\(settings.model)" }
    package var promptVersion: String { AnalysisPrompt.version }

    /// Throws `StreamFault`: `malformed` also for an answer of which nothing is left once it was held to the call.
    package func analyze(_ subject: AnalysisCase) async throws -> CallAnalyzed {
        let prompt = AnalysisPrompt(subject.call, subject.plan)
        let request = request(prompt)
        // Whoever asks may be anywhere; connections are on their loop.
        let asking = Task(executorPreference: client.loop) { [self] in try await ask(request) }
        let body = try await withTaskCancellationHandler {
            try await asking.value
        } onCancel: {
            asking.cancel()
        }
        guard let text = Self.content(body), let answer = try? JSONValue(json: Array(text.utf8)),
            let look = prompt.look(Freeform(read: answer), by: model)
        else { throw StreamFault(.malformed) }
        return look
    }

    private func ask(_ request: ClientRequest) async throws -> [UInt8] {
        do {
            let response = try await client.send(request)
            let body = try await response.body.whole()
            guard response.status == .ok else {
                throw ChatFault.read(status: response.status.rawValue, headers: response.headers, body: body)
            }
            return body
        } catch let error as HTTPClientError { throw StreamFault(error) }
    }

    private func request(_ prompt: AnalysisPrompt) -> ClientRequest {
        var headers = Headers([.contentType: "application/json", .accept: "application/json"])
        if let key = settings.key { headers.add(.authorization, "Bearer \(key.revealed)") }
        func message(_ role: String, _ text: String) -> JSONValue {
            .object([("role", .string(role)), ("content", .string(text))])
        }
        let question = JSONValue.object([
            ("model", .string(settings.model)),
            (
                "messages",
                .array([message("system", prompt.instructions), message("user", prompt.transcript.revealed)])
            ),
            ("temperature", .integer(0)), (settings.limitName.rawValue, .integer(Self.answerTokensMax)),
            (
                "response_format",
                .object([
                    ("type", .string("json_schema")),
                    (
                        "json_schema",
                        .object([
                            ("name", .string("call")), ("strict", .bool(true)), ("schema", JSONValue(prompt.schema)),
                        ])
                    ),
                ])
            ),
        ])
        var post = ClientRequest(
            .post, "\(settings.url)/chat/completions", headers: headers, body: .bytes(question.bytes()))
        post.deadlines.total = patience
        post.responseBytesMax = Self.answerBytesMax
        return post
    }

    private static func content(_ body: [UInt8]) -> String? {
        guard let document = try? JSONValue(json: body), case .array(let choices)? = document["choices"] else {
            return nil
        }
        return choices.first?["message"]?["content"]?.text
    }
}

extension Freeform {
    fileprivate init(read value: JSONValue) {
        if let whole = value.wholeNumber {
            self = .integer(whole)
            return
        }
        switch value {
        case .bool(let value): self = .bool(value)
        case .string(let text): self = .string(text)
        case .array(let values): self = .array(values.map(Freeform.init(read:)))
        case .object(let object):
            self = .object(
                Dictionary(object.members.map { ($0.name, Freeform(read: $0.value)) }) { first, _ in first })
        case .double(let number): self = Freeform.number(number) ?? .null
        default: self = .null
        }
    }
}
