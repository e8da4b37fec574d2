package import Domain
package import Jobs
import Postgres
package import Wire

/// A job as its organization sees it: without what it is about, which may be personal.
package struct JobRow: Sendable {
    package let id: JobID
    package let kind: String
    package let queue: String
    package let state: JobEntry.State
    package let attempt: Int
    package let attemptsMax: Int
    package let isCancelRequested: Bool
    package let runAt: Timestamp
    package let createdAt: Timestamp
    package let startedAt: Timestamp?
    package let finishedAt: Timestamp?
    /// JSON: the last reasons why it did not end well.
    package let errors: [UInt8]

    init(_ row: PostgresRow) throws {
        var reader = RowReader(row)
        id = JobID(try reader.next())
        kind = try reader.next()
        queue = try reader.next()
        guard let state = try reader.word(JobEntry.State.self) else { throw ReadModelIsForeign(what: "a job") }
        self.state = state
        attempt = try reader.next()
        attemptsMax = try reader.next()
        isCancelRequested = try reader.next()
        runAt = try reader.next()
        createdAt = try reader.next()
        startedAt = try reader.next()
        finishedAt = try reader.next()
        errors = try reader.next(JSON.self).bytes
    }
}

/// One organization's jobs, those that live and those that have ended.
package struct JobDesk: Sendable {
    package static let fields: [ListField] = [
        ListField("state", "state", .word(JobEntry.State.allCases.map(\.rawValue))),
        ListField("kind", "kind", .text), ListField("queue", "queue", .text),
        ListField("created_at", "created_at", .time),
    ]

    private let database: TenantDatabase
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ meta: EventMeta?) { (self.database, self.meta) = (database, meta) }

    private var all: SQL {
        let own: SQL = "organization_id = \(database.organization.uuid)"
        return """
            (SELECT id, kind, queue, state, attempt, max_attempts, cancel_requested, run_at, created_at, started_at,
                NULL::timestamptz AS finished_at, errors FROM jobs WHERE \(own)
            UNION ALL SELECT id, kind, queue, outcome, attempt, max_attempts, false, run_at, created_at, started_at,
                finished_at, errors FROM jobs_done WHERE \(own)) AS job
            """
    }

    /// The newest first; one more than the page shows that there are more.
    package func page(
        _ filters: [ListFilter], before: Int64?, limit: Int, countingAll: Bool
    ) async throws -> (rows: [JobRow], total: Int?) {
        let wanted = ListFilter.all(filters)
        var batch: [SQL] = [
            """
            SELECT * FROM \(all) WHERE \(wanted) AND id < \(before ?? .max)
            ORDER BY id DESC, finished_at DESC NULLS FIRST LIMIT \(Int64(limit))
            """
        ]
        if countingAll { batch.append("SELECT count(*) FROM \(all) WHERE \(wanted)") }
        let answers = try await database.query(batch)
        return (try answers[0].map { try JobRow($0) }, countingAll ? try answers[1].one.decode(Int.self) : nil)
    }

    /// Nil when nothing is known of it, or nothing any more, or it is another's.
    package func find(_ id: JobID) async throws -> JobRow? {
        try await database.query(
            "SELECT * FROM \(all) WHERE id = \(id.number) ORDER BY finished_at DESC NULLS FIRST LIMIT 1"
        ).first.map { try JobRow($0) }
    }

    /// Gives a discarded job new attempts. False: it was not discarded, or another one like it lives.
    package func retry(_ job: JobRow) async throws -> Bool {
        try await database.transaction { transaction in
            guard try await board(transaction).replay(job.id) else { return false }
            try await tell(.jobRetried(JobRuled(job: job.id.number, kind: job.kind)), transaction)
            return true
        }
    }

    package func cancel(_ job: JobRow) async throws -> JobBoard.Cancellation {
        try await database.transaction { transaction in
            let cancellation = try await board(transaction).cancel(job.id)
            guard cancellation != .notFound else { return cancellation }
            try await tell(.jobCancelled(JobRuled(job: job.id.number, kind: job.kind)), transaction)
            return cancellation
        }
    }

    private func board(_ transaction: TenantTransaction) -> JobBoard { JobBoard { try await transaction.query($0) } }

    private func tell(_ fact: OrganizationEvent, _ transaction: TenantTransaction) async throws {
        try await transaction.append(
            [.now(.organization(fact), meta)], to: database.organization.uuid, kind: .organization)
    }
}
