import Crypto
import Domain
import Jobs
package import Postgres
import Wire

/// Keeps what was said in calls as it is searched, what they came to, and in which of them each pattern was seen; and sees to it that
/// somebody looks at a call when it is over.
///
/// All its rows follow from the log: built again, they are the same to the last byte but for embeddings, which wait to be reckoned.
package final class AnalysisConsumer: Consumer {
    package static let version: Int32 = 1
    /// Until then what was under way when a call ended has come in.
    package static let settlingUsual = Duration.seconds(10)

    package let name: ConsumerName
    private let sealing: Sealing?
    private let settling: Duration

    package init(sealing: Sealing?, settling: Duration = settlingUsual) {
        guard let name = ConsumerName("analysis", version: Self.version) else {
            preconditionFailure("versions begin at 1")
        }
        (self.name, self.sealing, self.settling) = (name, sealing, settling)
    }

    package func apply(_ events: [RecordedEvent], in session: PostgresSession) async throws {
        try await apply(events, outward: .due, in: session)
    }

    package func apply(_ events: [RecordedEvent], outward: OutwardEffects, in session: PostgresSession) async throws {
        var ours = events.filter { AnalysisBatch.types.contains($0.type) }
        if ours.isEmpty { return }
        if let sealing { ours = try await sealing.opened(ours, through: .session(session)) }
        let batch = try AnalysisBatch(ours)
        let sightings = try await sightings(batch.looks, in: session)
        let statements = AnalysisStatements.all(batch, sightings)
        if !statements.isEmpty { try await session.executeBatch(statements) }
        guard outward == .due else { return }
        try await enqueue(batch, sightings, in: session)
        try await forget(batch, in: session)
    }

    /// Of those who are forgotten by now, also what others keep of their calls: they are forgotten with a call that comes after.
    private func forget(_ batch: AnalysisBatch, in session: PostgresSession) async throws {
        let people = batch.owners.map(\.customer) + batch.erased.map(\.customer)
        if people.isEmpty { return }
        let jobs = try await session.query(
            """
            SELECT coalesce(merged_into, customer_id), organization_id FROM learning_subjects_v1
            WHERE customer_id = ANY (\(people)) AND erased_at IS NOT NULL
            """
        ).map { row in
            let (customer, organization) = try row.decode(UUID.self, UUID.self)
            return ForgettingJobs.forget(customer, of: organization)
        }
        if !jobs.isEmpty { try await JobBoard.enqueue(jobs, in: session) }
    }

    // MARK: - Patterns

    /// What the calls that were looked at show, as far as their streams were when somebody looked.
    private func sightings(
        _ looks: [AnalysisBatch.Look], in session: PostgresSession
    ) async throws -> [CallSightings] {
        if looks.isEmpty { return [] }
        let log = try await EventLog.read(through: .session(session))
        var all: [CallSightings] = []
        for look in looks {
            let past = try await CallPast.read(
                CallID(look.event.stream), of: OrganizationID(look.event.organization), upTo: look.event.version, log,
                sealing, through: .session(session))
            guard let past, !past.isClosed, let found = CallSightings(past, look.analyzed.success) else { continue }
            all.append(found)
        }
        return all
    }

    // MARK: - What is to be done

    private func enqueue(
        _ batch: AnalysisBatch, _ sightings: [CallSightings], in session: PostgresSession
    ) async throws {
        var jobs = batch.ended.map { AnalysisJobs.analyze($0.call, of: $0.organization, after: settling) }
        jobs += sightings.filter { !$0.patterns.isEmpty || !$0.offered.isEmpty }
            .map { AnalysisJobs.learn(from: $0.call, of: $0.organization) }
        // Not with each word: who reckons would take the machine from those who listen.
        if !batch.looks.isEmpty || batch.hasPatterns { jobs.append(AnalysisJobs.embed()) }
        if !jobs.isEmpty { try await JobBoard.enqueue(jobs, in: session) }
    }
}
