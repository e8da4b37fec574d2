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

    /// For the whole session; what the server does not know is left out. Behind a pooler no session is ours: there the login must
    /// have limits of its own, and without them nothing is appended.
    static func impose(on session: PostgresSession) async throws {
        let names = settings.map(\.name)
        guard !session.isBehindPooler else { return try await demand(names, of: session) }
        let values = settings.map { "\($0.limit.components.seconds)s" }
        try await session.query(
            """
            SELECT set_config(s.name, l.value, false) FROM unnest(\(names), \(values)) AS l(name, value)
            JOIN pg_settings s ON s.name = l.name
            """)
    }

    private static func demand(_ names: [String], of session: PostgresSession) async throws {
        let unlimited = try await session.query(
            "SELECT name FROM pg_settings WHERE name = ANY(\(names)) AND setting = '0' ORDER BY name"
        ).map { try $0.decode(String.self) }
        guard !unlimited.isEmpty else { return }
        let commands = settings.filter { unlimited.contains($0.name) }.map {
            "ALTER ROLE … SET \($0.name) = '\($0.limit.components.seconds)s'"
        }
        throw PostgresError(
            .invalidConfiguration(
                "behind a pooler the login's own limits must hold: \(commands.joined(separator: "; "))"))
    }
}
