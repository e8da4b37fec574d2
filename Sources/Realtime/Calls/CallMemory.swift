import Domain
import Loop
import Service
import Store
import Wire

/// What is remembered of the other side of one call: asked for beside it, so that no frame and no word ever waits. On its loop alone,
/// which is why `@unchecked` holds.
final class CallMemory: @unchecked Sendable {
    private let reader: ContextReader
    private let other: OtherSide
    private let organization: OrganizationID
    private let loop: Loop
    private let log: Log
    private let firstWords: FirstWords
    private var found: CallContext?

    init(_ reader: ContextReader, _ firstWords: FirstWords, _ ticket: CallTicket, on loop: Loop, _ log: Log) {
        (self.reader, self.firstWords, self.loop, self.log) = (reader, firstWords, loop, log)
        (other, organization) = (ticket.other, ticket.organization)
    }

    /// Tells once what was found, how long it took, or that it failed.
    func load(_ deliver: @escaping @Sendable (Input) -> Void) {
        let began = Moment.now
        Task(executorPreference: loop) { [self] in
            do {
                let found = try await reader.load(other, of: organization, at: .now)
                self.found = found
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

    /// Tells what the caller's first words bring to mind besides; nothing if that is nothing, or if what is known came too late itself.
    func recall(_ words: Private<String>, _ deliver: @escaping @Sendable (Input) -> Void) {
        guard let found else { return }
        let began = Moment.now
        Task(executorPreference: loop) { [self] in
            do {
                guard let more = try await firstWords.recall(words, beside: found, of: organization) else { return }
                var loaded = more.event(took: Milliseconds(Moment.now - began))
                loaded.source = .firstWords
                deliver(.contextLoaded(loaded, more.text))
            } catch {
                log.warn("first_words_not_compared", .error(error))
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
