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
        var (seen, chosen): ([SeenLook], [ChosenLook]) = ([], [])
        if !batch.looks.isEmpty || !batch.chosen.isEmpty {
            let log = try await EventLog.read(through: .session(session))
            seen = try await self.seen(batch.looks, log, in: session)
            chosen = try await self.chosen(batch, log, in: session)
        }
        let statements = AnalysisStatements.all(batch, seen, chosen)
        if !statements.isEmpty { try await session.executeBatch(statements) }
        guard outward == .due else { return }
        try await enqueue(batch, seen, chosen, in: session)
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
    private func seen(
        _ looks: [AnalysisBatch.Look], _ log: EventLog, in session: PostgresSession
    ) async throws -> [SeenLook] {
        var all: [SeenLook] = []
        for look in looks {
            let past = try await past(of: look.event, log, in: session)
            var sightings: CallSightings?
            // A look beside the usual one, or behind a choice, says nothing of how the call went.
            if let past, !past.isClosed, look.analyzed.run == nil, past.choice == nil {
                sightings = CallSightings(past, look.analyzed.success, look.analyzed.handlings ?? [])
            }
            all.append(SeenLook(began: past?.began, sightings: sightings))
        }
        return all
    }

    /// Of the choices those that go.
    private func chosen(
        _ batch: AnalysisBatch, _ log: EventLog, in session: PostgresSession
    ) async throws -> [ChosenLook] {
        var all: [ChosenLook] = []
        for (event, fact) in batch.chosen {
            guard let past = try await past(of: event, log, in: session), past.choice == fact.choice, !past.isClosed
            else { continue }
            let sightings = CallSightings(past, fact.findings.success, past.look(fact.look)?.handlings ?? [])
            all.append(ChosenLook(event: event, fact: fact, sightings: sightings))
        }
        return all
    }

    private func past(
        of event: RecordedEvent, _ log: EventLog, in session: PostgresSession
    ) async throws -> CallPast? {
        try await CallPast.read(
            CallID(event.stream), of: OrganizationID(event.organization), upTo: event.version, log, sealing,
            through: .session(session))
    }

    // MARK: - What is to be done

    private func enqueue(
        _ batch: AnalysisBatch, _ seen: [SeenLook], _ chosen: [ChosenLook], in session: PostgresSession
    ) async throws {
        var jobs = batch.ended.map { AnalysisJobs.analyze($0.call, of: $0.organization, after: settling) }
        jobs += seen.compactMap(\.sightings).filter { !$0.isEmpty }
            .map { AnalysisJobs.learn(from: $0.call, of: $0.organization) }
        for look in chosen where look.sightings?.isEmpty == false {
            jobs.append(
                AnalysisJobs.learn(from: look.event.stream, of: look.event.organization, choice: look.fact.choice))
        }
        // Not with each word: who reckons would take the machine from those who listen.
        if !batch.looks.isEmpty || !chosen.isEmpty || batch.hasPatterns { jobs.append(AnalysisJobs.embed()) }
        if !jobs.isEmpty { try await JobBoard.enqueue(jobs, in: session) }
    }
}

/// What a look shows of the call, beyond what it says.
struct SeenLook {
    let began: Timestamp?
    /// Nil where it is not this look that counts.
    let sightings: CallSightings?
}

/// A look that counts from now on.
struct ChosenLook {
    let event: RecordedEvent
    let fact: CallLookChosen
    let sightings: CallSightings?
}
