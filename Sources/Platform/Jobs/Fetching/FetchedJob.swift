package import Crypto
import Postgres
package import Wire

/// A job as its handler sees it.
package struct FetchedJob: Sendable {
    package let ticket: JobTicket
    package let kind: String
    package let args: [UInt8]
    package let organization: UUID?
    package let uniqueKey: [UInt8]?
    package let attemptsMax: Int
    package let timeout: Duration
    package let createdAt: Timestamp
    let isCancelRequested: Bool

    package var id: JobID { ticket.id }
    /// Counted from 1.
    package var attempt: Int { ticket.attempt }

    init(_ row: PostgresRow, worker: UUID) throws {
        let (id, attempt, kind, args, organization, uniqueKey, attemptsMax, timeout, createdAt, isCancelRequested) =
            try row.decode(
                Int64.self, Int.self, String.self, JSON.self, UUID?.self, [UInt8]?.self, Int.self, Int.self,
                Timestamp.self, Bool.self)
        ticket = JobTicket(id: JobID(id), attempt: attempt, worker: worker)
        self.kind = kind
        self.args = args.bytes
        self.organization = organization
        self.uniqueKey = uniqueKey
        self.attemptsMax = attemptsMax
        self.timeout = .milliseconds(timeout)
        self.createdAt = createdAt
        self.isCancelRequested = isCancelRequested
    }
}
