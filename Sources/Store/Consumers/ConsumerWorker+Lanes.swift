import Loop
import Postgres
import Service

extension ConsumerWorker {
    /// Longer than this nobody sleeps without looking.
    private static let idleMax = Duration.seconds(60)

    /// Does what the lane's machine says, until the lane is another's or shall be.
    func work(at desk: LaneDesk) async {
        while !desk.isLeaving, !Task.isCancelled {
            switch desk.machine.next(now: .now) {
            case .end: return
            case .idle: _ = await desk.bell.wait(atMost: Self.idleMax)
            case .rest(let until): _ = await desk.bell.wait(atMost: until - .now)
            case .apply(let checkpoint, let limit): await apply(desk, checkpoint, limit)
            case .attempt(let checkpoint, let attempt):
                let isWritten = await attempting(desk, checkpoint) { transaction, session in
                    try await transaction.note(attempt, .crash, in: session)
                }
                if isWritten { await apply(desk, checkpoint, 1) }
            case .note(let checkpoint, let attempts, let note):
                let isWritten = await attempting(desk, checkpoint) { transaction, session in
                    try await transaction.note(attempts, note, in: session)
                }
                if isWritten { desk.machine.noted(now: .now) }
            case .park(let checkpoint, let attempts, let note):
                let isParked = await attempting(desk, checkpoint) { transaction, session in
                    try await transaction.park(note, attempts: attempts, in: session)
                }
                guard isParked else { continue }
                desk.machine.parked()
                counts.eventsParked += 1
                observe(.parked(lane: desk.lane, at: checkpoint + 1, note))
            case .lookUp: await lookUp(desk)
            }
        }
    }

    private func transaction(_ desk: LaneDesk, _ checkpoint: Int64) -> LaneTransaction {
        LaneTransaction(
            consumer, log, lane: desk.lane, token: desk.machine.token, checkpoint: checkpoint, limits: limits)
    }

    private func apply(_ desk: LaneDesk, _ checkpoint: Int64, _ limit: Int) async {
        desk.machine.begins()
        if desk.machine.maySweep, await sweep(desk, checkpoint, limit) { return }
        let transaction = transaction(desk, checkpoint)
        let source = desk.machine.source
        var reached = 0
        do {
            let outcome = try await slots.with {
                try await pool.withTransaction { session in
                    try await transaction.apply(limit: limit, in: session) { reached = $0 }
                }
            }
            counts.batches += 1
            switch outcome {
            case .nothing: foundNothing(desk, source)
            case .applied(let position, let diverted): applied(desk, source, checkpoint, position, diverted, limit)
            }
        } catch {
            failed(desk, error, events: reached)
        }
    }

    /// Applies the lane's events along with other lanes'. Answers false where it must go alone: because of what its row says,
    /// or because something in the company failed, and alone it shows who.
    private func sweep(_ desk: LaneDesk, _ checkpoint: Int64, _ limit: Int) async -> Bool {
        let part = LaneSweep.Part(lane: desk.lane, token: desk.machine.token, checkpoint: checkpoint, limit: limit)
        let source = desk.machine.source
        let result = await sweeps.join(part) { parts in
            let sweep = LaneSweep(consumer: consumer, log: log, limits: limits, parts: parts)
            counts.batches += 1
            return try await slots.with {
                try await pool.withTransaction(opening: sweep.opening) { session, opened in
                    try await sweep.apply(opened, in: session)
                }
            }
        }
        switch result {
        case .success(.mustGoAlone): return false
        case .success(.lost): desk.machine.lost()
        case .success(.nothing): foundNothing(desk, source)
        case .success(.applied(let position, let diverted)):
            applied(desk, source, checkpoint, position, diverted, limit)
        case .failure(let error):
            // Damage is found by each lane for itself.
            if error is LogIsCorrupt || FailureNote(error).kind == .deterministic { return false }
            failed(desk, error, events: 0)
        }
        return true
    }

    private func foundNothing(_ desk: LaneDesk, _ source: LaneMachine.Source) {
        if source == .redis { counts.redisDoubted += 1 }
        desk.machine.foundNothing(now: .now)
    }

    private func applied(
        _ desk: LaneDesk, _ source: LaneMachine.Source, _ checkpoint: Int64, _ position: Int64, _ diverted: Int,
        _ limit: Int
    ) {
        desk.machine.applied(through: position)
        counts.eventsDiverted += diverted
        let applied = Int(position - checkpoint) - diverted
        switch source {
        case .redis: counts.eventsAppliedByRedis += applied
        case .postgres: counts.eventsAppliedByPostgres += applied
        }
        // There may be more than anybody has said.
        if applied + diverted >= limit { desk.machine.nudged() }
    }

    /// Answers whether it is committed for certain.
    private func attempting(
        _ desk: LaneDesk, _ checkpoint: Int64, _ body: (LaneTransaction, PostgresSession) async throws -> Void
    ) async -> Bool {
        let transaction = transaction(desk, checkpoint)
        do {
            try await slots.with { try await pool.withTransaction { try await body(transaction, $0) } }
            return true
        } catch {
            failed(desk, error, events: 0)
            return false
        }
    }

    private func failed(_ desk: LaneDesk, _ error: any Error, events: Int) {
        if error is LaneTransaction.LaneLost { return desk.machine.lost() }
        if Task.isCancelled { return }
        let note = FailureNote(error)
        switch note.kind {
        case .infrastructure: counts.failuresOfInfrastructure += 1
        case .deterministic: counts.failuresOfEvents += 1
        }
        let isUnsure = (error as? PostgresError)?.isOutcomeUnknown ?? false
        observe(.failed(lane: desk.lane, at: desk.machine.checkpoint + 1, note))
        desk.machine.failed(note, events: events, isUnsure: isUnsure, now: .now, chance: .random(in: 0...1))
    }

    private func lookUp(_ desk: LaneDesk) async {
        do {
            let row = try await pool.withConnection { session in
                try await leases.lookUp(desk.lane, token: desk.machine.token, in: session)
            }
            counts.outcomesLookedUp += 1
            desk.machine.lookedUp(row)
        } catch {
            failed(desk, error, events: 0)
        }
    }
}
