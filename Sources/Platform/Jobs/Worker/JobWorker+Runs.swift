import Loop
import Postgres
import Service

/// Running jobs, and writing how they ended.
extension JobWorker {
    func perform(_ running: RunningJob) async {
        let result = await result(of: running)
        running.isSettling = true
        await settle(running, result)
        ended(running)
    }

    private func result(of running: RunningJob) async -> Result<JobEnd, any Error> {
        let job = running.job
        guard let handler = handlers[job.kind] else { preconditionFailure("a job of a kind that was not asked for") }
        if job.isCancelRequested {
            running.interrupt(.cancelRequested)
            return .failure(CancellationError())
        }
        // Of its own, so that it alone is cancelled: not the writing of its end.
        let task = Task(executorPreference: pool.loop) { try await handler.run(running.run) }
        running.task = task
        let timer = pool.loop.after(job.timeout) { running.interrupt(.timedOut) }
        defer { pool.loop.disarm(timer) }
        return await task.result
    }

    private func settle(_ running: RunningJob, _ result: Result<JobEnd, any Error>) async {
        let job = running.job
        if running.run.wasFencedOut { return fencedOut(job) }
        switch result {
        case .success(.done):
            // Returned normally, so the transaction that holds the end was committed.
            if running.run.wasCompleted { counts.completed += 1 } else { await complete(job) }
        case .success(.snoozed(let pause)): await snooze(job, pause)
        case .success(.discarded(let reason)): await fail(running, "\(reason)", delay: .zero, isFinal: true)
        case .failure(let error): await failed(running, error)
        }
    }

    private func failed(_ running: RunningJob, _ error: any Error) async {
        let job = running.job
        switch running.interruption {
        case .stopping where running.run.wasCompleted: await again(running, error)
        case .stopping: if !running.wasHandedBack { _ = await handBack(job) }
        case .lost where !running.run.wasCompleted: fencedOut(job)
        case .cancelRequested: await fail(running, "cancelled", delay: .zero, isFinal: true)
        case .timedOut:
            observe(.timedOut(job.id, kind: job.kind))
            await again(running, error, "timed out")
        case .lost, nil: await again(running, error)
        }
    }

    private func again(_ running: RunningJob, _ error: any Error, _ reason: String? = nil) async {
        let job = running.job
        let policy = handlers[job.kind]?.retry ?? RetryPolicy()
        let delay = policy.delay(after: job.attempt, chance: .random(in: 0...1))
        // Anybody's error may quote what it was about: only words that promise to be harmless are kept.
        let words = reason ?? (error as? any Harmless)?.description ?? "\(type(of: error))"
        if !running.run.wasCompleted {
            observe(.failed(job.id, kind: job.kind, attempt: job.attempt, error, retryIn: delay))
        }
        await fail(running, words, delay: delay, isFinal: false)
    }

    // MARK: - Writing

    private func complete(_ job: FetchedJob) async {
        switch await completions.complete(job.ticket) {
        case .completed: counts.completed += 1
        case .resolved:
            counts.completed += 1
            counts.resolved += 1
        case .fencedOut: fencedOut(job)
        case .refused(let error): unsettled(job, error)
        }
    }

    private func fail(_ running: RunningJob, _ reason: String, delay: Duration, isFinal: Bool) async {
        let job = running.job
        let text = String(reason.prefix(Self.reasonMax))
        let answer = await persistence.write {
            try await pool.execute(JobSQL.fail(job.ticket, text, delay: delay, isFinal: isFinal)).one
                .decode(Int.self, Int.self, Int.self)
        }
        switch answer {
        case .refused(let error): unsettled(job, error)
        case .answered((1, _, _), _):
            counts.discarded += 1
            observe(.discarded(job.id, kind: job.kind, attempt: job.attempt))
        case .answered((_, 1, _), _):
            counts.cancelled += 1
            observe(.cancelled(job.id, kind: job.kind))
        case .answered((_, _, 1), _): counts.retried += 1
        case .answered(_, let isDoubtful): await nothingWritten(running, isDoubtful: isDoubtful)
        }
    }

    /// How much of a reason is kept, in characters.
    static let reasonMax = 500

    /// No row was ours. Either the job is another's by now, or a transaction of ours had ended it and its answer was lost.
    private func nothingWritten(_ running: RunningJob, isDoubtful: Bool) async {
        let job = running.job
        guard isDoubtful || running.run.wasCompleted else { return fencedOut(job) }
        let isEnded = await completions.ended([job.ticket]).contains(job.id)
        guard isEnded || (isDoubtful && !running.run.wasCompleted) else { return fencedOut(job) }
        if running.run.wasCompleted { counts.completed += 1 }
        counts.resolved += 1
    }

    private func snooze(_ job: FetchedJob, _ pause: Duration) async {
        switch await write(JobSQL.snooze(job.ticket, max(.zero, pause).inMicroseconds)) {
        case .refused(let error): unsettled(job, error)
        case .answered(1, _): counts.snoozed += 1
        case .answered(_, afterDoubt: true): counts.resolved += 1
        case .answered(_, afterDoubt: false): fencedOut(job)
        }
    }

    /// False: Postgres could not be told.
    func handBack(_ job: FetchedJob) async -> Bool {
        switch await write(JobSQL.handBack(job.ticket)) {
        case .refused(let error):
            unsettled(job, error)
            return false
        case .answered(1, _):
            counts.handedBack += 1
            observe(.handedBack(job.id, kind: job.kind))
        case .answered(_, afterDoubt: true): counts.resolved += 1
        case .answered(_, afterDoubt: false): fencedOut(job)
        }
        return true
    }

    private func write(_ sql: SQL) async -> Persistence.Answer<Int> {
        await persistence.write { try await pool.execute(sql).affected }
    }

    private func fencedOut(_ job: FetchedJob) {
        counts.fencedOut += 1
        observe(.fencedOut(job.id, kind: job.kind))
    }

    /// The heartbeat will find a run that nobody here knows, and let it go.
    private func unsettled(_ job: FetchedJob, _ error: PostgresError) {
        counts.unsettled += 1
        observe(.unsettled(job.id, kind: job.kind, error))
    }
}
