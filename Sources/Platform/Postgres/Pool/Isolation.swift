/// How much a transaction sees of others.
package enum Isolation: Sendable {
    case readCommitted, repeatableRead, serializable
    /// One unchanging view of everything, and no writing.
    case snapshot

    var begin: SQL {
        switch self {
        case .readCommitted: "BEGIN"
        case .repeatableRead: "BEGIN ISOLATION LEVEL REPEATABLE READ"
        case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE"
        case .snapshot: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        }
    }
}

/// Whether a transaction is run again after it lost against another one. Its body must then have no effect but through it.
package enum TransactionRetry: Sendable {
    case never
    /// So many attempts in all, when the server reports a serialization failure or a deadlock.
    case serializationFailures(attempts: Int)

    func allows(_ error: any Error, attempt: Int) -> Bool {
        guard case .serializationFailures(let attempts) = self, attempt < attempts else { return false }
        let state = (error as? PostgresError)?.sqlState
        return state == .serializationFailure || state == .deadlockDetected
    }
}
