import Postgres

/// What the server itself limits in a session that appends: it holds locks that others wait for, and must never hold them
/// for long, whatever becomes of us.
package enum WriterLimits {
    package static let lock = Duration.seconds(2)
    package static let statement = Duration.seconds(5)
    package static let idleInTransaction = Duration.seconds(5)
    /// Known to Postgres 17 and later.
    package static let transaction = Duration.seconds(10)

    /// The server's names for them. Keepalives are the connection's own (`PostgresConfiguration`).
    static let settings: [(name: String, limit: Duration)] = [
        ("lock_timeout", lock), ("statement_timeout", statement),
        ("idle_in_transaction_session_timeout", idleInTransaction), ("transaction_timeout", transaction),
    ]

    /// For the whole session; what the server does not know is left out.
    static func impose(on session: PostgresSession) async throws {
        let names = settings.map(\.name)
        let values = settings.map { "\($0.limit.components.seconds)s" }
        try await session.query(
            """
            SELECT set_config(s.name, l.value, false) FROM unnest(\(names), \(values)) AS l(name, value)
            JOIN pg_settings s ON s.name = l.name
            """)
    }
}
