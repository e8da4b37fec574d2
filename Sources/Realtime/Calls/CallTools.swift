import Domain
import Loop
import Providers
import Service
import Store
import Wire

/// The tools of one call's agent: what a model is told of them, and asking them. On its loop alone.
///
/// A use of a tool outlives whatever the call does meanwhile, the call itself included: what was done was done, and the log says so.
final class CallTools {
    /// So long after its deadline nobody waits any more, but an answer is still written down.
    static let lateMax = Duration.seconds(15)

    let offered: [ThinkerTool]
    private let tools: [String: AgentTool]
    private let call: CallID
    private let organization: OrganizationID
    private let post: ToolPost
    private let secrets: ToolSecrets
    private let loop: Loop
    private let log: Log

    init(
        _ tools: [AgentTool], of ticket: CallTicket, _ post: ToolPost, _ secrets: ToolSecrets, on loop: Loop, _ log: Log
    ) {
        (call, organization) = (ticket.call, ticket.organization)
        (self.post, self.secrets, self.loop, self.log) = (post, secrets, loop, log)
        self.tools = Dictionary(tools.map { ($0.name, $0) }) { first, _ in first }
        offered = tools.map { ThinkerTool(name: $0.name, description: $0.description, parameters: $0.parameters) }
    }

    /// Tells once what came of it.
    func run(_ order: ToolOrder, at now: Instant, _ deliver: @escaping @Sendable (Input) -> Void) {
        let id = order.toolCall
        guard let tool = tools[order.name] else { return deliver(.toolFailed(id, .unknownTool, status: nil)) }
        if let rule = ToolSchema(tool.parameters).broken(by: order.arguments.revealed) {
            log.warn("tool_arguments_refused", .kind("rule", rule))
            return deliver(.toolFailed(id, .badArguments, status: nil))
        }
        let body = JSONValue.object([
            ("tool", .string(order.name)), ("arguments", Question.json(order.arguments.revealed)),
            ("call_id", .string(call.description)), ("tool_call_id", .string(id.description)),
        ]).bytes()
        let time = max(.zero, order.deadline - now) + Self.lateMax
        let told: @Sendable (ToolOutcome) -> Void = { deliver(Self.input($0, of: id)) }
        let (key, url) = (order.idempotencyKey, tool.url)
        Task(executorPreference: loop) { [post, secrets, organization, log] in
            do {
                let secrets = try await secrets.secrets(of: organization)
                told(await post.send(body, key: key, to: url, secrets: secrets, within: time))
            } catch {
                // Whoever looks at signatures would refuse it, and nobody else shall get used to posts without.
                log.error("tool_post_not_signed", .error(error))
                told(.failed(.cancelled, status: nil))
            }
        }
    }

    private static func input(_ outcome: ToolOutcome, of id: ToolCallID) -> Input {
        switch outcome {
        case .failed(let fault, let status): return .toolFailed(id, fault, status: status)
        // Done, and nothing to say about it.
        case .answered(let bytes, _) where bytes.isEmpty: return .toolReturned(id, Private(.null))
        case .answered(let bytes, let status):
            guard let document = try? JSONValue(json: bytes) else {
                return .toolFailed(id, .badAnswer, status: status)
            }
            return .toolReturned(id, Private(Freeform(document)))
        }
    }
}
