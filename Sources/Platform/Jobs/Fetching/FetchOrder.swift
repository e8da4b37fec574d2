import Crypto
import Postgres

/// What a worker asks for: which kinds, how many, and what must not be exceeded.
struct FetchOrder: Sendable {
    struct Kind: Sendable {
        let name: String
        let runningMax: Int?
        let bucket: String?
    }

    let worker: UUID
    let queue: String
    let kinds: [Kind]
    /// How many jobs of one organization may run at a time, in this queue.
    let organizationRunningMax: Int?
    var limit: Int

    var buckets: [String] { Set(kinds.compactMap(\.bucket)).sorted() }

    /// Takes jobs, and reads what they say afterwards: an answer that filled the line to a worker that has stopped reading
    /// would keep the queue locked for everybody.
    func fetch(from pool: PostgresPool) async throws -> [FetchedJob] {
        guard let rows = try await pool.executeBatch(JobSQL.fetch(self)).last, rows.count > 0 else { return [] }
        let taken = try await pool.query(JobSQL.read(JobSQL.ids(rows), of: worker))
        return try taken.map { try FetchedJob($0, worker: worker) }
    }
}
