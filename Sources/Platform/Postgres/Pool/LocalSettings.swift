import Loop

/// Settings that hold for one transaction and are gone with it, `role` among them.
///
/// They go in front of statements in the same round trip, on a connection that others share: the server treats what stands
/// between two Syncs as one transaction, and takes the settings back at its end, whichever way it ends.
package struct LocalSettings: Sendable {
    let statement: SQL

    /// At least one, each by its name.
    package init(_ settings: KeyValuePairs<StaticString, String>) {
        precondition(!settings.isEmpty, "no settings")
        var statement = SQL.Interpolation()
        for (index, (name, value)) in settings.enumerated() {
            statement.appendLiteral(index == 0 ? "SELECT set_config(" : ", set_config(")
            statement.appendInterpolation(name.description)
            statement.appendLiteral(", ")
            statement.appendInterpolation(value)
            statement.appendLiteral(", true)")
        }
        self.statement = SQL(stringInterpolation: statement)
    }
}

extension PostgresPool {
    /// Runs statements under settings of their own, as one transaction and in one round trip, on a shared connection; what they
    /// change is committed when this returns. They may not end the transaction or change settings themselves.
    package func query(
        _ batch: [SQL], under settings: LocalSettings, timeout: Duration? = nil, site: StaticString = #function
    ) async throws -> [PostgresRows] {
        loop.checkIsolated()
        let deadline = loop.turn + (timeout ?? configuration.queryDeadline)
        let request = Request(
            settings.statement, batch, sync: .own, site: site, deadline: deadline, hasLocalSettings: true)
        try await request.run(on: loop) { submit(request) }
        guard request.moreRows.count == batch.count else { throw PostgresError(.unexpectedAnswer).at(site) }
        return request.moreRows
    }
}

extension PostgresSession {
    /// From here to the end of the transaction that is open, or to the next call.
    package func set(_ settings: LocalSettings, site: StaticString = #function) async throws {
        try await query(settings, site: site)
    }
}
