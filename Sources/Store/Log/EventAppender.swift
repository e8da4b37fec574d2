package import Loop
package import Postgres

/// Puts events into the log, many at a time: while one batch is on its way, whatever arrives becomes the next.
///
/// One for each loop, used there alone; that is why `@unchecked` holds. It never lingers: what comes while nothing is on
/// its way leaves at the end of the turn. What fails because the server or the line to it does is kept and sent again, in
/// order, until its deadline: appending twice is harmless, so an unknown outcome is resolved by asking again, and nothing
/// is ever acknowledged that the log does not hold.
package final class EventAppender: @unchecked Sendable {
    package let loop: Loop
    private let pool: PostgresPool
    private let limits: AppendLimits
    private let observe: AppendObserver

    private var line: AppendLine
    private var onTheWay: [Int: [AppendGroup]] = [:]
    private var batchNumber = 0
    /// Flushers with nothing to do.
    private var idle: [CheckedContinuation<Void, Never>] = []
    private var isRingDue = false
    private var lanes: Int16?
    private var timeline: String?
    private var isSessionLost = false
    private var isPrepared = false
    private var failuresInARow = 0
    private var isLong = false

    private enum Life { case open, closing, over }
    private var life = Life.open

    private var counts: AppendStatistics
    private let flushTimes = LogHistogram()
    private let lockWaits = LogHistogram()
    private lazy var tick = Timer { [weak self] in self?.lookAtDeadlines() }

    /// How often deadlines are looked at while somebody waits. After the same time a short line no longer waits for what is on
    /// its way, which may wait for a lane that is none of ours.
    private static let deadlineCheck = Duration.milliseconds(50)
    private var sentAt = Moment(nanoseconds: 0)

    package init(
        _ pool: PostgresPool, limits: AppendLimits = AppendLimits(), observe: @escaping AppendObserver = { _ in }
    ) {
        pool.loop.checkIsolated()
        loop = pool.loop
        self.pool = pool
        self.limits = limits
        self.observe = observe
        line = AppendLine(limits)
        counts = AppendStatistics(flushTimes: flushTimes.snapshot, lockWaits: lockWaits.snapshot)
    }

    package var statistics: AppendStatistics {
        var statistics = counts
        statistics.eventsWaiting = line.eventCount
        statistics.bytesWaiting = line.byteCount
        statistics.flushTimes = flushTimes.snapshot
        statistics.lockWaits = lockWaits.snapshot
        return statistics
    }

    // MARK: - Coming in

    /// The verdict on `append`; waits for it at most `patience`, or what the limits say. Throws `AppendError`. Cancelling the
    /// task takes nothing back.
    package func append(_ append: StreamAppend, within patience: Duration? = nil) async throws -> AppendVerdict {
        try await withCheckedContinuation { continuation in
            submit(append, within: patience) { continuation.resume(returning: $0) }
        }.get()
    }

    /// The same for those who may not wait: `answer` is called on the loop, once, sometimes before this returns.
    package func submit(
        _ append: StreamAppend, within patience: Duration? = nil,
        _ answer: @escaping (Result<AppendVerdict, AppendError>) -> Void
    ) {
        loop.checkIsolated()
        guard life == .open else { return answer(.failure(.closed)) }
        if let flaw = append.flaw { return answer(.failure(flaw)) }
        let entry = PendingAppend(append, deadline: Moment.now + (patience ?? limits.patience), answer)
        guard line.add(entry) else {
            counts.refusedFull += 1
            return answer(.failure(.logIsFull))
        }
        if !tick.isArmed { loop.arm(tick, at: Moment.now + Self.deadlineCheck) }
        measureLine()
        ring()
    }

    /// Everything of this turn goes together.
    private func ring() {
        guard !isRingDue, !idle.isEmpty else { return }
        isRingDue = true
        loop.atEndOfTurn { [weak self] in
            guard let self else { return }
            isRingDue = false
            idle.popLast()?.resume()
        }
    }

    private func wakeAll() {
        let flushers = idle
        idle.removeAll()
        for flusher in flushers { flusher.resume() }
    }

    private func measureLine() {
        if !isLong, line.eventCount * 2 > limits.waitingEventsMax || line.byteCount * 2 > limits.waitingBytesMax {
            isLong = true
            observe(.lineIsLong(events: line.eventCount))
        } else if isLong, line.eventCount * 4 <= limits.waitingEventsMax, line.byteCount * 4 <= limits.waitingBytesMax {
            isLong = false
            observe(.lineIsShort(events: line.eventCount))
        }
    }

    private func lookAtDeadlines() {
        let now = Moment.now
        for entry in line.overdue(at: now) where entry.isWanted { giveUp(entry) }
        for batch in onTheWay.values {
            for group in batch {
                for entry in group.entries where entry.isWanted && entry.deadline <= now { giveUp(entry) }
            }
        }
        measureLine()
        if life == .closing { wakeAll() }
        if !line.isEmpty { ring() }
        if !line.isIdle, life != .over { loop.arm(tick, at: now + Self.deadlineCheck) }
    }

    private func giveUp(_ entry: PendingAppend) {
        counts.overdue += 1
        entry.settle(.failure(entry.wasSent ? .outcomeUnknown : .tooLate))
    }

    // MARK: - Its life

    /// Works until `close`. It holds one connection of the pool as long as it lives, and takes another when that is lost.
    package func run() async {
        loop.checkIsolated()
        while !isOver {
            do {
                try await pool.withConnection(afterwards: .close) { session in
                    try await WriterLimits.impose(on: session)
                    let log = try await EventLog.read(through: .session(session))
                    let lanes = log.lanes
                    self.lanes = lanes
                    try follow(try await StreamKeys.read(log.id, through: .session(session)).timeline)
                    isPrepared = try await AppendWarmth.bring(to: session, behind: lanes)
                    observe(.ready(lanes: lanes))
                    try await serve(session)
                }
            } catch {
                await pause(after: error)
            }
        }
        end()
    }

    /// Timelines are numbers of eight digits that ascend with each failover.
    private func follow(_ timeline: String) throws {
        if let before = self.timeline, before != timeline {
            guard before < timeline else {
                observe(.serverIsBehind(timeline: timeline))
                throw PostgresError(.server(SQLState("25006")))
            }
            observe(.timelineChanged(to: timeline))
        }
        self.timeline = timeline
    }

    /// Takes nothing new; ends when everybody has a verdict, or after `deadline`, when the rest is told that it has none.
    package func close(within deadline: Duration = .seconds(5)) async {
        loop.checkIsolated()
        guard life == .open else { return }
        life = .closing
        wakeAll()
        let limit = Moment.now + deadline
        while !line.isIdle, life != .over, Moment.now < limit {
            do { try await loop.sleep(for: .milliseconds(5)) } catch { break }
        }
        end()
    }

    private var isOver: Bool { life == .over || (life == .closing && line.isIdle) || Task.isCancelled }

    private func end() {
        guard life != .over else { return }
        life = .over
        for entry in line.overdue(at: .never) { entry.settle(.failure(entry.wasSent ? .outcomeUnknown : .closed)) }
        for batch in onTheWay.values {
            for group in batch { for entry in group.entries { entry.settle(.failure(.outcomeUnknown)) } }
        }
        loop.disarm(tick)
        wakeAll()
    }

    private func pause(after error: any Error) async {
        guard !isOver else { return }
        let error = error as? PostgresError
        let step = min(limits.pauseMin * (1 << min(failuresInARow, 16)), limits.pauseMax)
        // Those who failed together would come back together.
        let pause = step * Double.random(in: 0.5...1)
        failuresInARow += 1
        observe(.flushFailed(error, retryIn: pause))
        do { try await loop.sleep(for: pause) } catch { end() }
    }

    // MARK: - Flushing

    private func serve(_ session: PostgresSession) async throws {
        isSessionLost = false
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<limits.flushesInFlight {
                group.addTask(executorPreference: loop) { [self] in try await flush(session) }
            }
            try await group.waitForAll()
        }
    }

    private func flush(_ session: PostgresSession) async throws {
        while let (number, batch) = await nextBatch() {
            let began = Moment.now
            let rows: PostgresRows
            do {
                rows = try await store(batch, through: session)
            } catch {
                onTheWay[number] = nil
                if try failed(batch, error) { continue }
                isSessionLost = true
                wakeAll()
                throw error
            }
            onTheWay[number] = nil
            failuresInARow = 0
            settle(batch, rows, began)
        }
    }

    /// What may be stored already would be found so at once, while a standby still lacks it: something written in the same
    /// transaction makes its commit wait for all that precedes it.
    private func store(_ batch: [AppendGroup], through session: PostgresSession) async throws -> PostgresRows {
        let sql = AppendStatement.sql(batch, lanes: lanes ?? 1, isPrepared: isPrepared)
        guard batch.contains(where: { $0.entries.contains(where: \.isDoubtful) }) else {
            return try await session.query(sql, timeout: limits.flushDeadline)
        }
        let rows = try await session.executeBatch([sql, AppendStatement.mark], timeout: limits.flushDeadline)
        return rows[0]
    }

    private func nextBatch() async -> (Int, [AppendGroup])? {
        while !isOver, !isSessionLost {
            let now = Moment.now
            if let batch = line.next(isPatient: now - sentAt < Self.deadlineCheck) {
                sentAt = now
                batchNumber += 1
                onTheWay[batchNumber] = batch
                if !line.isEmpty { ring() }
                return (batchNumber, batch)
            }
            await withCheckedContinuation { continuation in
                // Looked at again: a task may hop on its way to here.
                if isOver || isSessionLost { return continuation.resume() }
                idle.append(continuation)
            }
        }
        return nil
    }

    private func settle(_ batch: [AppendGroup], _ rows: PostgresRows, _ began: Moment) {
        let took = Moment.now - began
        counts.flushes += 1
        counts.batchSizes.record(batch.reduce(0) { $0 + $1.eventCount })
        flushTimes.record(nanoseconds: UInt64(clamping: took.wholeNanoseconds))
        var again: [PendingAppend] = []
        var answers: [(PendingAppend, Result<AppendVerdict, AppendError>)] = []
        let before = counts.eventsAppended
        do {
            let answer = try AppendAnswer(rows, groups: batch.count)
            lockWaits.record(nanoseconds: UInt64(clamping: answer.lockWait.wholeNanoseconds))
            for (index, group) in batch.enumerated() {
                let one = answer[index]
                if one.verdict == .appended { counts.eventsAppended += group.eventCount - one.stored }
                for step in one.steps(for: group) {
                    switch step {
                    case .settle(let entry, let result): answers.append((entry, result))
                    case .again(let entry): again.append(entry)
                    }
                }
            }
        } catch {
            // It is committed, and we can't read what it says: a server of another version.
            answers = batch.flatMap { $0.entries.map { ($0, .failure(.outcomeUnknown)) } }
        }
        line.returned(batch, again: again)
        measureLine()
        if counts.eventsAppended > before { observe(.stored) }
        for (entry, result) in answers {
            count(result)
            entry.settle(result)
        }
    }

    private func count(_ result: Result<AppendVerdict, AppendError>) {
        switch result {
        case .success(.conflict): counts.conflicts += 1
        case .success(let verdict): counts.duplicates += verdict.receipt?.duplicates ?? 0
        case .failure(.anotherOrganization): counts.refused += 1
        case .failure: break
        }
    }

    /// Answers whether the session can go on.
    private func failed(_ batch: [AppendGroup], _ error: any Error) throws -> Bool {
        counts.flushesFailed += 1
        let entries = batch.flatMap(\.entries)
        let failure = AppendFailure(error)
        if case .passing = failure {
            for entry in entries { entry.isDoubtful = true }
            line.returned(batch, again: entries.filter(\.isWanted))
            return false
        }
        if entries.count > 1 {
            // Somewhere in it is what the server refuses: half as many at a time, until it stands alone.
            for entry in entries { entry.companyMax = max(1, entries.count / 2) }
            line.returned(batch, again: entries)
            return true
        }
        let entry = entries[0]
        if case .collision = failure, entry.collisions < AppendLimits.collisionsMax {
            entry.collisions += 1
            line.returned(batch, again: entries)
            return true
        }
        line.returned(batch, again: [])
        counts.refused += 1
        entry.settle(.failure(.refused((error as? PostgresError)?.code ?? .unexpectedAnswer)))
        return true
    }
}
