/// What a connection, pool, listener or migrator reports as it happens, for logs and metrics.
package enum PostgresHappening: Sendable {
    case connected(backend: Int32, serverVersion: Int32)
    case connectFailed(PostgresError, retryIn: Duration)
    /// Every connection is busy, and a new one got no answer either.
    case serverSilent(PostgresError)
    /// `error` is nil when it was closed on purpose.
    case disconnected(backend: Int32, error: PostgresError?)
    /// A notice or warning of the server. Its words may quote values.
    case notice(severity: String, SQLState, message: String)
    case cancelRequested(backend: Int32)
    case cancelFailed(backend: Int32)
    /// A statement that was prepared earlier was not there any more, or had changed, and was prepared again.
    case preparedAgain(site: String)
    /// Notifications were dropped because the subscriber was too slow.
    case notificationsDropped
    case migrationWaiting
    case migrationBegan(version: Int, name: String)
    case migrationApplied(version: Int, name: String, took: Duration)
}

package typealias PostgresObserver = @Sendable (PostgresHappening) -> Void
