import Loop

extension PostgresPool {
    /// Lends a connection to `body` for as long as it runs.
    ///
    /// Waits in line for at most `deadline` (or the pool's own), then throws `poolExhausted`. A transaction left open
    /// closes the connection, which undoes it.
    package func withConnection<Value>(
        afterwards: LeaseEnd = .reuse, deadline: Duration? = nil,
        _ body: (PostgresSession) async throws -> Value
    ) async throws -> Value {
        let (place, connection) = try await borrow(deadline)
        let session = PostgresSession(connection)
        defer {
            session.end()
            giveBack(place, connection, reuse: afterwards)
        }
        return try await body(session)
    }

    /// Runs `body` in a transaction on a connection of its own; see `PostgresSession.withTransaction`.
    package func withTransaction<Value>(
        isolation: Isolation = .readCommitted, retrying: TransactionRetry = .never, site: StaticString = #function,
        _ body: (PostgresSession) async throws -> Value
    ) async throws -> Value {
        var attempt = 1
        while true {
            do {
                return try await withConnection { try await $0.withTransaction(isolation: isolation, site: site, body) }
            } catch {
                guard retrying.allows(error, attempt: attempt) else { throw error }
                // Those who met once would meet again: they wait for different times.
                try await loop.sleep(for: .milliseconds(Int.random(in: 0...(2 << min(attempt, 6)))))
                attempt += 1
            }
        }
    }

    /// The same with some statements that go out with BEGIN, and some with COMMIT, in one round trip each.
    package func withTransaction<Value>(
        opening batch: [SQL], site: StaticString = #function,
        _ body: (PostgresSession, [PostgresRows]) async throws -> (value: Value, closing: [SQL])
    ) async throws -> Value {
        try await withConnection { try await $0.withTransaction(opening: batch, site: site, body) }
    }

    /// Runs several statements in one round trip and one transaction: all or nothing, committed when this returns.
    @discardableResult
    package func executeBatch(_ batch: [SQL], timeout: Duration? = nil, site: StaticString = #function) async throws
        -> [PostgresRows]
    {
        try await withConnection { try await $0.executeBatch(batch, timeout: timeout, site: site) }
    }
}
