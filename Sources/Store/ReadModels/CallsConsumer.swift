import Domain
package import Postgres

/// Keeps the read model of calls: their rows, turns, transcript, tool uses, counters and sums.
///
/// One consumer for all six, not one for each: they are folded from the same decoded events, a call's row counts what stands
/// in the other tables, and a rebuild reads and decodes the log once.
///
/// Used on one loop's thread alone, as the worker that it is given to: hence `@unchecked`, for the sake of what it counts.
package final class CallsConsumer: Consumer, @unchecked Sendable {
    /// What is written when nobody says otherwise.
    package static let version: Int32 = 1

    package let name: ConsumerName
    private let tables: CallTables
    private let sealing: Sealing?
    package private(set) var statistics = CallsStatistics()

    /// Without `sealing` everything sealed reads as if it had been erased.
    package init(version: Int32 = CallsConsumer.version, sealing: Sealing? = nil) {
        self.sealing = sealing
        guard let name = ConsumerName("calls", version: version) else {
            preconditionFailure("versions begin at 1, and \(version) was given")
        }
        self.name = name
        tables = CallTables(version: version)
    }

    /// However many events: two round trips, and no more statements than `CallsStatistics.statementsPerBatchMax`.
    package func apply(_ events: [RecordedEvent], in session: PostgresSession) async throws {
        guard let sealing, events.contains(where: { $0.keyID != nil }) else {
            return try await fold(events, in: session)
        }
        // Before keys are read: what is read with one is written before it is destroyed, or not at all.
        try await ForgettingDesk.keepOut(in: session)
        try await fold(try await sealing.opened(events, through: .session(session)), in: session)
    }

    private func fold(_ events: [RecordedEvent], in session: PostgresSession) async throws {
        guard let lane = events.first?.lane else { return }
        let batch = try CallBatch(events)
        var tally = CallsStatistics()
        tally.events = events.count
        tally.unknownEvents = batch.unknownEvents
        tally.batches = 1
        if !batch.streams.isEmpty {
            let loading = CallLoading(tables, batch)
            let rows = try await session.executeBatch(loading.statements)
            let (states, totals, sums) = Self.fold(batch, onto: try loading.states(rows))
            let writing = CallWriting(tables, states, totals, sums, lane: lane)
            try await session.executeBatch(writing.statements)
            // Of what was said the fold holds only what the batch adds to.
            let erased = batch.erased
            if !erased.isEmpty { try await session.query(tables.erasingWords(of: erased)) }
            tally.statements = loading.statements.count + writing.statements.count
        }
        statistics.add(tally)
    }

    /// What the calls become, and by how much counters and sums change.
    static func fold(
        _ batch: CallBatch, onto known: [CallRow.ID: CallState]
    ) -> ([CallRow], CounterChanges, SumChanges) {
        var rows: [CallRow] = []
        rows.reserveCapacity(batch.streams.count)
        var changes = CounterChanges()
        var sums = SumChanges()
        for stream in batch.streams {
            let before = known[stream.id]
            guard let first = stream.facts.first?.at ?? before?.startedAt else { continue }
            var state = before ?? CallState(startedAt: first)
            for fact in stream.facts { state.apply(fact) }
            state.passOver(stream.unknown)
            if let before { changes.remove(before, of: stream.organization) }
            changes.add(state, of: stream.organization)
            sums.replace(before.map { CallShare($0) }, by: CallShare(state), of: stream.organization)
            rows.append(CallRow(id: stream.id, organization: stream.organization, state: state))
        }
        return (rows, changes, sums)
    }
}

/// What a consumer of calls has done since it was made.
package struct CallsStatistics: Hashable, Sendable {
    /// Four tables are read and written, counters and sums are written, and the planner is told twice. Keys are one more, where
    /// there are any, and so are words of erased calls.
    package static let statementsPerBatchMax = 12

    package var events = 0
    /// Of types that this release does not know.
    package var unknownEvents = 0
    package var batches = 0
    package var statements = 0

    package init() {}

    mutating func add(_ other: CallsStatistics) {
        events += other.events
        unknownEvents += other.unknownEvents
        batches += other.batches
        statements += other.statements
    }
}
