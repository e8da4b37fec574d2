import Domain
import Loop
import Service
import Store
import Wire

/// What is remembered of the other side of one call: asked for beside it, so that no frame and no word ever waits. On its loop alone.
final class CallMemory {
    private let reader: ContextReader
    private let other: OtherSide
    private let organization: OrganizationID
    private let loop: Loop
    private let log: Log

    init(_ reader: ContextReader, _ ticket: CallTicket, on loop: Loop, _ log: Log) {
        (self.reader, self.loop, self.log) = (reader, loop, log)
        (other, organization) = (ticket.other, ticket.organization)
    }

    /// Tells once what was found, how long it took, or that it failed.
    func load(_ deliver: @escaping @Sendable (Input) -> Void) {
        let began = Moment.now
        Task(executorPreference: loop) { [reader, other, organization, log] in
            do {
                let found = try await reader.load(other, of: organization, at: .now)
                deliver(.contextLoaded(found.event(took: Milliseconds(Moment.now - began)), found.text))
            } catch {
                log.warn("context_not_loaded", .error(error))
                let took = Milliseconds(Moment.now - began)
                deliver(
                    .contextLoaded(ContextLoaded(memories: [], patterns: [], took: took, outcome: .failed), Private(""))
                )
            }
        }
    }

    /// The same for an agent that asks, as a tool's result.
    func lookUp(_ tool: ToolCallID, _ deliver: @escaping @Sendable (Input) -> Void) {
        Task(executorPreference: loop) { [reader, other, organization, log] in
            do {
                let found = try await reader.load(other, of: organization, at: .now)
                deliver(.toolReturned(tool, Private(found.answer)))
            } catch {
                log.warn("customer_not_looked_up", .error(error))
                deliver(.toolFailed(tool, .unreachable, status: nil))
            }
        }
    }
}
