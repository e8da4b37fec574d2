import Domain
import Providers
import Store
import Wire

/// The answers that models are writing for one call. On its loop alone.
final class CallMind {
    private struct Asked {
        let provider: String
        let stream: any ThinkerStream
        var usage: TokenUsage?
    }

    private let providers: CallProviders
    private let instructions: String
    /// The same without what only the local agent reads.
    private let plainInstructions: String
    private let tools: [ThinkerTool]
    private let deliver: (Input) -> Void
    private var asked: [ReplyID: Asked] = [:]

    init(
        _ providers: CallProviders, instructions: String, tools: [ThinkerTool], _ deliver: @escaping (Input) -> Void
    ) {
        (self.providers, self.instructions, self.deliver) = (providers, instructions, deliver)
        self.tools = tools
        plainInstructions = LocalScript.instructions(without: instructions)
    }

    func think(_ request: ThinkRequest) {
        let (reply, provider) = (request.reply, request.model.provider)
        cancel(reply)
        guard let thinker = providers.thinkers.take(provider) else {
            return deliver(.failed(.model(reply), .circuitOpen, status: nil))
        }
        let isLocal = provider == LocalThinker.model.provider
        let question = Question.make(
            request, instructions: isLocal ? instructions : plainInstructions, tools: tools)
        let stream = thinker.think(question) { [weak self] event in
            self?.took(event, reply)
        }
        asked[reply] = Asked(provider: provider, stream: stream)
    }

    func cancel(_ reply: ReplyID) {
        guard let gone = asked.removeValue(forKey: reply) else { return }
        gone.stream.cancel()
        providers.thinkers.abandoned(gone.provider)
    }

    func cancelAll() { for reply in Array(asked.keys) { cancel(reply) } }

    private func took(_ event: ThinkerEvent, _ reply: ReplyID) {
        guard let provider = asked[reply]?.provider else { return }
        switch event {
        case .text(let text): deliver(.token(reply, text))
        case .tool(let use): deliver(.toolAsked(reply, Self.request(use)))
        case .usage(let usage): asked[reply]?.usage = usage
        case .switched: break
        case .finished(let reason):
            let usage = asked.removeValue(forKey: reply)?.usage
            if let downFor = providers.thinkers.succeeded(provider) {
                deliver(.recovered(.model, provider: provider, downFor: Milliseconds(downFor)))
            }
            deliver(
                .replied(
                    reply,
                    ReplyOutcome(
                        finish: reason, tokensIn: usage?.tokensIn, tokensOut: usage?.tokensOut,
                        tokensCached: usage?.tokensCached)))
        case .failed(let fault):
            asked[reply] = nil
            providers.thinkers.failed(provider, fault)
            deliver(.failed(.model(reply), fault.fault, status: fault.status))
        }
    }

    /// Arguments that are no JSON are none: whoever runs the tool says what it lacks.
    private static func request(_ use: ThinkerToolUse) -> ToolRequest {
        let arguments = (try? JSONValue(json: Array(use.arguments.revealed.utf8))).map(Freeform.init) ?? .object([:])
        return ToolRequest(key: use.id, name: use.name, arguments: Private(arguments))
    }
}
