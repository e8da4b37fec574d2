package import Crypto
import Postgres

/// The names of the lanes' streams in Redis. A log of its own has keys of its own, and so has each timeline of Postgres: after
/// a failover that lost a tail, positions are used again, and two histories must not mix.
package struct StreamKeys: Hashable, Sendable {
    package let log: UUID
    package let timeline: String

    package init(log: UUID, timeline: String) {
        self.log = log
        self.timeline = timeline
    }

    /// The keys of all lanes, in their order.
    func names(_ log: EventLog) -> [String] { (0..<log.lanes).map { key(of: $0) } }

    package func key(of lane: Int16) -> String { "ev:\(log):\(timeline):\(lane)" }

    /// By the name of the file that is being written: the control file says it only after a checkpoint.
    package static func read(_ log: UUID, through source: LogSource) async throws -> StreamKeys {
        let timeline = try await source.query(
            "SELECT substring(pg_walfile_name(pg_current_wal_lsn()) for 8)", site: #function
        ).one.decode(String.self)
        return StreamKeys(log: log, timeline: timeline)
    }
}
