import Crypto
import Domain
import Jobs
package import Postgres

/// Sees to it that what agents were asked to remember is remembered, and how callers felt: a job for each use of the tool `remember`, and
/// for each look at a call in which somebody scored, in the transaction in which the log was read that far. The job writes to another
/// stream, and waits for its customer if it must; a lane waits for nobody.
package final class RememberingConsumer: Consumer {
    package static let version: Int32 = 1

    package let name: ConsumerName
    private let sealing: Sealing?

    package init(version: Int32 = version, sealing: Sealing? = nil) {
        self.sealing = sealing
        guard let name = ConsumerName("remembering", version: version) else {
            preconditionFailure("versions begin at 1")
        }
        self.name = name
    }

    package func apply(_ events: [RecordedEvent], in session: PostgresSession) async throws {
        try await apply(events, outward: .due, in: session)
    }

    package func apply(_ events: [RecordedEvent], outward: OutwardEffects, in session: PostgresSession) async throws {
        // All it does reaches beyond its own tables.
        guard outward == .due else { return }
        var asked = events.filter { Self.types.contains($0.type) }
        if let sealing { asked = try await sealing.opened(asked, through: .session(session)) }
        var jobs: [NewJob] = []
        for event in asked {
            guard case .fact(.call(let fact)) = try event.decoded(), Self.teaches(fact) else { continue }
            jobs.append(MemoryErrand.remember(event))
        }
        if !jobs.isEmpty { try await JobBoard.enqueue(jobs, in: session) }
    }

    private static let types: Set<String> = [EventType.toolCalled.rawValue, EventType.callAnalyzed.rawValue]

    private static func teaches(_ fact: CallEvent) -> Bool {
        switch fact {
        case .toolCalled(let use): use.name == BuiltInTool.remember.rawValue
        case .callAnalyzed(let look): !(look.trajectory ?? []).isEmpty
        default: false
        }
    }
}
