import Loop

/// A connection that one borrower has for itself, inside `withConnection` or `withTransaction` and not longer.
package final class PostgresSession: @unchecked Sendable {
    private let connection: PostgresConnection
    private var isOver = false
    private var savepoints = 0

    init(_ connection: PostgresConnection) { self.connection = connection }

    func end() { isOver = true }

    package var backend: Int32 { connection.backend }
    package var isEncrypted: Bool { connection.isEncrypted }
    /// What is set for the session would be another's next.
    package var isBehindPooler: Bool { connection.configuration.isBehindPooler }

    /// Runs one statement. Outside a transaction it is one by itself, and committed when this returns.
    @discardableResult
    package func query(_ sql: SQL, timeout: Duration? = nil, site: StaticString = #function) async throws
        -> PostgresRows
    {
        let request = request(sql, [], timeout, site)
        try await request.run(on: connection.loop) { connection.submit(request) }
        guard let rows = request.rows else { throw PostgresError(.unexpectedAnswer).at(site) }
        return rows
    }

    func query(_ settings: LocalSettings, site: StaticString) async throws {
        precondition(!isOver, "a connection was used after it had been given back")
        connection.loop.checkIsolated()
        let request = Request(
            settings.statement, sync: .own, site: site, deadline: .now + connection.configuration.queryDeadline,
            hasLocalSettings: true)
        try await request.run(on: connection.loop) { connection.submit(request) }
    }

    /// Runs several statements in one round trip. Outside a transaction they are one together: all or nothing.
    @discardableResult
    package func executeBatch(_ batch: [SQL], timeout: Duration? = nil, site: StaticString = #function) async throws
        -> [PostgresRows]
    {
        guard let first = batch.first else { return [] }
        let request = request(first, Array(batch.dropFirst()), timeout, site)
        try await request.run(on: connection.loop) { connection.submit(request) }
        guard let rows = request.rows else { throw PostgresError(.unexpectedAnswer).at(site) }
        return [rows] + request.moreRows
    }

    /// Runs one statement and gives its rows out one by one, however many there are: the server waits for `body`.
    ///
    /// If `body` throws or the task is cancelled, the statement is cancelled and the connection is free again.
    package func stream(
        _ sql: SQL, timeout: Duration? = nil, site: StaticString = #function,
        _ body: (PostgresRow) async throws -> Void
    ) async throws {
        let stream = RowStream()
        let request = request(sql, [], timeout, site, stream)
        try Task.checkCancellation()
        request.receiver = .callback { stream.finished($0) }
        connection.submit(request)
        do {
            while let row = try await stream.next() {
                try Task.checkCancellation()
                try await body(row)
            }
        } catch {
            request.cancelled()
            stream.discard()
            await stream.drained()
            throw error
        }
    }

    private func request(
        _ sql: SQL, _ more: [SQL], _ timeout: Duration?, _ site: StaticString, _ stream: RowStream? = nil,
        isShielded: Bool = false
    ) -> Request {
        precondition(!isOver, "a connection was used after it had been given back")
        connection.loop.checkIsolated()
        let deadline = Moment.now + (timeout ?? connection.configuration.queryDeadline)
        return Request(
            sql, more, sync: .own, site: site, deadline: deadline, stream: stream, isShielded: isShielded)
    }

    // MARK: - Transactions

    /// BEGIN, `body`, COMMIT; ROLLBACK if `body` throws.
    ///
    /// `commitOutcomeUnknown` means what it says: look whether it happened. `transactionAborted` means that `body`
    /// swallowed the error of a statement, and everything was undone.
    package func withTransaction<Value>(
        isolation: Isolation = .readCommitted, site: StaticString = #function,
        _ body: (PostgresSession) async throws -> Value
    ) async throws -> Value {
        try await query(isolation.begin, site: site)
        let value: Value
        do {
            value = try await body(self)
        } catch {
            await rollBack("ROLLBACK", site)
            throw error
        }
        try await commit(site)
        return value
    }

    /// The same with some statements that go out with BEGIN, in one round trip, of which `body` is given what they found; and some
    /// that go out with COMMIT, which `body` names. Where one of those fails, everything is undone.
    package func withTransaction<Value>(
        opening batch: [SQL], isolation: Isolation = .readCommitted, site: StaticString = #function,
        _ body: (PostgresSession, [PostgresRows]) async throws -> (value: Value, closing: [SQL])
    ) async throws -> Value {
        let (value, closing): (Value, [SQL])
        do {
            let opened = try await executeBatch([isolation.begin] + batch, site: site)
            (value, closing) = try await body(self, Array(opened.dropFirst()))
        } catch {
            await rollBack("ROLLBACK", site)
            throw error
        }
        try await commit(with: closing, site)
        return value
    }

    private func commit(with closing: [SQL] = [], _ site: StaticString) async throws {
        let statements = closing + ["COMMIT"]
        let request = request(statements[0], Array(statements.dropFirst()), nil, site, isShielded: true)
        do {
            try await request.run(on: connection.loop) { connection.submit(request) }
        } catch let error as PostgresError {
            guard error.isConnectionLoss || error.code == .queryDeadline else {
                if !closing.isEmpty { await rollBack("ROLLBACK", site) }
                throw error
            }
            var unknown = PostgresError(.commitOutcomeUnknown).at(site)
            unknown.serverMessage = error.serverMessage
            throw unknown
        }
        let last = request.moreRows.last ?? request.rows
        if last?.commandTag != "COMMIT" { throw PostgresError(.transactionAborted).at(site) }
    }

    /// A connection that does not even roll back is closed: the server does it then.
    private func rollBack(_ sql: SQL, _ site: StaticString) async {
        guard connection.isOpen else { return }
        let request = request(sql, [], nil, site, isShielded: true)
        do {
            try await request.run(on: connection.loop) { connection.submit(request) }
        } catch {
            connection.close(error as? PostgresError ?? PostgresError(.connectionLost))
        }
    }

    /// Inside a transaction: undoes what `body` did, and only that, if it throws.
    package func withSavepoint<Value>(
        site: StaticString = #function, _ body: (PostgresSession) async throws -> Value
    ) async throws -> Value {
        savepoints += 1
        defer { savepoints -= 1 }
        let name = try Identifier("savepoint_\(savepoints)")
        try await query("SAVEPOINT \(name)", site: site)
        do {
            let value = try await body(self)
            try await query("RELEASE SAVEPOINT \(name)", site: site)
            return value
        } catch {
            await rollBack("ROLLBACK TO SAVEPOINT \(name)", site)
            throw error
        }
    }
}
