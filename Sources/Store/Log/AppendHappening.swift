package import Postgres

/// What an appender tells as it happens, for logs and for whoever should send less.
package enum AppendHappening: Sendable {
    /// A writing session is ready: connected, limited, and it knows the lanes.
    case ready(lanes: Int16)
    /// Events are in the log that were not there before. Said for each batch.
    case stored
    /// After a failover: what had been acknowledged may be missing in the new history.
    case timelineChanged(to: String)
    /// The server is on an older timeline than one that was written to before: a primary that lost its office. Nothing is sent.
    case serverIsBehind(timeline: String)
    /// Nothing is lost: what was in it is sent again after the pause.
    case flushFailed(PostgresError?, retryIn: Duration)
    /// Half of what may wait does. Said once, until `lineIsShort`.
    case lineIsLong(events: Int)
    /// A quarter or less waits again.
    case lineIsShort(events: Int)
}

package typealias AppendObserver = @Sendable (AppendHappening) -> Void
