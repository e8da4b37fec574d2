/// What stands between us and the database.
package enum DatabasePooler: String, CaseIterable, Sendable {
    case none
    /// pgbouncer or the like, that gives each transaction another of its few sessions: nothing may stay behind in one.
    case transaction

    package static func read(_ reader: inout SettingsReader) -> DatabasePooler {
        reader.read(
            "LEDGERLINE_DATABASE_POOLER", as: .choice(of: DatabasePooler.self), else: .always("none"),
            "What DATABASE_URL and ANALYTICS_DATABASE_URL lead to: the server, or a pooler that shares out its sessions by transaction."
        )
    }
}
