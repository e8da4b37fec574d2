package import Postgres

/// Where jobs are pinned up, taken down and counted: all that can be done to a job but running it.
package struct JobBoard: Sendable {
    /// How many jobs one statement takes.
    package static let jobsPerStatementMax = 1000

    package enum Cancellation: Hashable, Sendable {
        /// It had not begun, and never will.
        case cancelled
        /// It runs; its worker sees it at the next heartbeat and cancels the task.
        case requested
        /// It has ended, or never was.
        case notFound
    }

    /// A statement, as a transaction of its own.
    package typealias Ask = @Sendable (SQL) async throws -> PostgresRows

    let ask: Ask

    package init(_ pool: PostgresPool) { self.init { try await pool.execute($0) } }

    /// For who sees a part of the jobs only, behind a wall of the database.
    package init(asking ask: @escaping Ask) { self.ask = ask }

    /// Enqueues alone. Nil: a job of this kind and unique key lives already.
    @discardableResult
    package func enqueue(_ job: NewJob) async throws -> JobID? {
        try job.check()
        return try JobSQL.ids(await ask(JobSQL.enqueue([job]))).first
    }

    /// Enqueues in the caller's transaction: if that is undone, there never was a job. Answers those that are new.
    ///
    /// Where another transaction that is still open holds a unique key, this waits for its end.
    @discardableResult
    package static func enqueue(_ jobs: [NewJob], in transaction: PostgresSession) async throws -> [JobID] {
        for job in jobs { try job.check() }
        // One order for all who enqueue, so that none of them waits for another in a circle.
        let ordered = jobs.sorted {
            ($0.kind, $0.uniqueKey.map(Self.text) ?? "") < ($1.kind, $1.uniqueKey.map(Self.text) ?? "")
        }
        var ids: [JobID] = []
        for start in stride(from: 0, to: ordered.count, by: jobsPerStatementMax) {
            let part = Array(ordered[start..<min(start + jobsPerStatementMax, ordered.count)])
            ids += try JobSQL.ids(await transaction.query(JobSQL.enqueue(part)))
        }
        return ids
    }

    /// The same as a statement, for who has other ways to send one; it answers the ids of those that are new.
    package static func enqueueing(_ jobs: [NewJob]) throws -> SQL {
        for job in jobs { try job.check() }
        return JobSQL.enqueue(jobs)
    }

    private static func text(_ key: [UInt8]) -> String { String(key.map { Character(Unicode.Scalar($0)) }) }

    package func cancel(_ id: JobID) async throws -> Cancellation {
        let (cancelled, requested) = try await ask(JobSQL.cancel(id)).one.decode(Int.self, Int.self)
        return cancelled > 0 ? .cancelled : requested > 0 ? .requested : .notFound
    }

    /// Gives a discarded job `attempts` more. False: it is not there, was not discarded, or lives again already, by
    /// itself or as another with the same unique key.
    package func replay(_ id: JobID, attempts: Int = 20) async throws -> Bool {
        guard NewJob.attemptsMaxRange.contains(attempts) else { throw JobError.invalid("attempts are 1 to 1000") }
        return try await ask(JobSQL.replay(id, attempts)).count == 1
    }

    /// For metrics and pages; reads all living jobs.
    package func counts() async throws -> [JobCount] {
        try await ask(JobSQL.counts).compactMap { row in
            let (queue, state, count, oldest) = try row.decode(String.self, String.self, Int.self, Duration.self)
            return JobCount.State(rawValue: state).map {
                JobCount(queue: queue, state: $0, count: count, oldest: max(.zero, oldest))
            }
        }
    }

    /// Makes the coming days of the history and drops the old ones. Any number of processes may ask, as often as they
    /// like.
    @discardableResult
    package func keepDays(ahead: Int = 14, kept: Int = 30) async throws -> (made: Int, dropped: Int) {
        try await ask("SELECT made, dropped FROM job_days(\(Int32(ahead)), \(Int32(kept)))").one
            .decode(Int.self, Int.self)
    }
}
