package import Crypto
import Loop
package import Postgres

/// The log of one database: which it is, how many lanes it has, and how it is read.
package struct EventLog: Hashable, Sendable {
    package let id: UUID
    package let lanes: Int16

    package static func read(through source: LogSource) async throws -> EventLog {
        let (id, lanes) = try await source.query(
            "SELECT log_id, lanes FROM log_meta", site: #function
        ).one.decode(UUID.self, Int16.self)
        return EventLog(id: id, lanes: lanes)
    }

    /// The lane a new stream gets.
    package func lane(of stream: UUID) -> Int16 { LaneChoice.lane(of: stream, among: lanes) }

    /// Appends within a transaction of the caller's, so that the events and what else it writes are there together or not
    /// at all.
    ///
    /// The lane is locked until the transaction ends: append last, and once. At READ COMMITTED only. Another writer in the
    /// way shows as an error that `TransactionRetry` knows, or as a unique violation: do it all again.
    package func append(_ append: StreamAppend, in session: PostgresSession) async throws -> AppendVerdict {
        if let flaw = append.flaw { throw flaw }
        var lane = lane(of: append.stream)
        while true {
            let entry = PendingAppend(append, deadline: .never) { _ in }
            let rows = try await session.query(AppendStatement.sql(append, lane: lane))
            let answer = try AppendAnswer(rows, groups: 1)[0]
            guard let step = answer.steps(for: AppendGroup(entry)).first else { throw PostgresError(.unexpectedAnswer) }
            switch step {
            case .settle(_, let result): return try result.get()
            case .again: lane = answer.lane
            }
        }
    }
}
