package import Crypto
import Postgres
package import Wire

/// A job as an operator sees it, whether it lives or has ended.
package struct JobEntry: Sendable {
    /// Where a job stands; the last three are ends.
    package enum State: String, CaseIterable, Sendable {
        case scheduled, available, running, retry, completed, cancelled, discarded

        package var hasEnded: Bool { self == .completed || self == .cancelled || self == .discarded }
    }

    package let id: JobID
    package let kind: String
    package let queue: String
    package let state: State
    package let organization: UUID?
    package let worker: UUID?
    package let attempt: Int
    package let attemptsMax: Int
    package let isCancelRequested: Bool
    package let runAt: Timestamp
    package let createdAt: Timestamp
    package let startedAt: Timestamp?
    package let finishedAt: Timestamp?
    /// JSON; what it says may be personal.
    package let args: [UInt8]
    /// JSON: the last reasons why it did not end well.
    package let errors: [UInt8]

    static let living: SQL = """
        SELECT id, kind, queue, state, organization_id, worker_id, attempt, max_attempts, cancel_requested, run_at, created_at,
            started_at, NULL::timestamptz AS finished_at, args, errors FROM jobs
        """
    static let ended: SQL = """
        SELECT id, kind, queue, outcome AS state, organization_id, worker_id, attempt, max_attempts, false AS cancel_requested,
            run_at, created_at, started_at, finished_at, args, errors FROM jobs_done
        """

    init(_ row: PostgresRow) throws {
        let (number, state, args, errors): (Int64, String, JSON, JSON)
        (
            number, kind, queue, state, organization, worker, attempt, attemptsMax, isCancelRequested, runAt, createdAt,
            startedAt, finishedAt, args, errors
        ) = try row.decode(
            Int64.self, String.self, String.self, String.self, UUID?.self, UUID?.self, Int.self, Int.self, Bool.self,
            Timestamp.self, Timestamp.self, Timestamp?.self, Timestamp?.self, JSON.self, JSON.self)
        guard let known = State(rawValue: state) else { throw PostgresError(.unexpectedAnswer) }
        self.id = JobID(number)
        self.state = known
        self.args = args.bytes
        self.errors = errors.bytes
    }
}

extension JobBoard {
    /// The most jobs that one list holds.
    package static let listMax = 500

    /// Jobs in one state, or those that live; the oldest first, of those that ended the latest.
    package func list(
        _ state: JobEntry.State? = nil, queue: String? = nil, kind: String? = nil, limit: Int = JobBoard.listMax
    ) async throws -> [JobEntry] {
        let hasEnded = state?.hasEnded ?? false
        let (table, order): (SQL, SQL) =
            hasEnded ? (JobEntry.ended, "finished_at DESC, id") : (JobEntry.living, "run_at, id")
        let wanted = state?.rawValue
        return try await ask(
            """
            SELECT * FROM (\(table)) AS job
            WHERE (\(wanted) IS NULL OR state = \(wanted)) AND (\(queue) IS NULL OR queue = \(queue))
                AND (\(kind) IS NULL OR kind = \(kind))
            ORDER BY \(order) LIMIT \(Int64(max(0, min(limit, Self.listMax))))
            """
        ).map { try JobEntry($0) }
    }

    /// Nil when nothing is known of it, or nothing any more.
    package func find(_ id: JobID) async throws -> JobEntry? {
        try await ask(
            """
            SELECT * FROM (\(JobEntry.living) UNION ALL \(JobEntry.ended)) AS job WHERE id = \(id.number)
            ORDER BY finished_at DESC NULLS FIRST LIMIT 1
            """
        ).first.map { try JobEntry($0) }
    }
}
