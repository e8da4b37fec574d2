import CPostgres
import Loop

extension PostgresConnection {
    /// Connects: names, addresses, TLS, authentication and the types of extensions, all within the connect deadline.
    /// Nothing of it blocks the loop.
    static func open(
        _ configuration: PostgresConfiguration, on loop: Loop, _ observe: @escaping PostgresObserver
    ) async throws -> PostgresConnection {
        loop.checkIsolated()
        guard !configuration.isBehindPooler || configuration.searchPath.isEmpty else {
            throw PostgresError(
                .invalidConfiguration("a search path can't pass a transaction pooler: ALTER ROLE … SET it"))
        }
        let deadline = Moment.now + configuration.connectDeadline
        let hosts = try await configuration.resolveHosts()
        // Only libpq can look at all hosts twice.
        let isOneChoice = configuration.value(of: "target_session_attrs") == "prefer-standby"
        let choices = isOneChoice ? [hosts] : hosts.map { [$0] }
        var failure: PostgresError?
        for (index, choice) in choices.enumerated() {
            // Whoever says nothing leaves the next one its share of the time.
            let share = (deadline - Moment.now) / (choices.count - index)
            do {
                return try await open(configuration, choice, until: Moment.now + share, on: loop, observe)
            } catch let error as PostgresError {
                failure = failure.map { $0.isMoreTelling(than: error) ? $0 : error } ?? error
            }
        }
        throw failure ?? PostgresError(.connectFailed)
    }

    private static func open(
        _ configuration: PostgresConfiguration, _ hosts: [ResolvedHost], until deadline: Moment, on loop: Loop,
        _ observe: @escaping PostgresObserver
    ) async throws -> PostgresConnection {
        let handle = Handle.start(configuration.parameters(for: hosts))
        var step = Handle.Poll.writing
        while step != .made {
            if handle.isBad || step == .failed { throw refused(handle) }
            // Looked up anew each time: another host or TLS may have changed it.
            let descriptor = handle.socket
            guard descriptor >= 0 else { throw refused(handle) }
            try await SocketWait.until(
                step == .reading ? .readable : .writable, of: descriptor, on: loop, deadline: deadline)
            step = handle.poll()
        }
        guard handle.enterPipelineMode() else { throw refused(handle) }
        let connection = PostgresConnection(handle, on: loop, configuration, observe)
        do {
            try connection.begin()
            try await connection.learnExtensionTypes(until: deadline)
        } catch {
            connection.close(error as? PostgresError)
            if (error as? PostgresError)?.code == .queryDeadline { throw PostgresError(.connectDeadline) }
            throw error
        }
        observe(.connected(backend: connection.backend, serverVersion: connection.serverVersion))
        return connection
    }

    private static func refused(_ handle: Handle) -> PostgresError {
        var error = PostgresError(.connectFailed)
        error.serverMessage = handle.errorMessage
        error.connectFault = ConnectFault(handle.errorMessage)
        return error
    }

    /// The types of extensions have numbers of their own in each database.
    func learnExtensionTypes(until deadline: Moment) async throws {
        let request = Request(
            """
            SELECT coalesce(to_regtype('vector')::oid, 0), coalesce(to_regtype('halfvec')::oid, 0),
                coalesce(to_regtype('vector[]')::oid, 0), coalesce(to_regtype('halfvec[]')::oid, 0)
            """, sync: .own, site: #function, deadline: deadline)
        try await request.run(on: loop) { submit(request) }
        guard let rows = request.rows else { throw PostgresError(.unexpectedAnswer) }
        let (vector, halfvec, vectors, halfvecs) = try rows.one.decode(
            ObjectID.self, ObjectID.self, ObjectID.self, ObjectID.self)
        extensions = ExtensionTypes(
            vector: vector.number, halfvec: halfvec.number, vectorArray: vectors.number, halfvecArray: halfvecs.number)
    }
}

extension PostgresError {
    /// Of failures at several hosts, one is reported: rather what a server said than that none was there.
    fileprivate func isMoreTelling(than other: PostgresError) -> Bool {
        func rank(_ error: PostgresError) -> Int {
            switch error.connectFault {
            case .nobodyThere: 0
            case nil, .unreachable: 1
            default: 2
            }
        }
        return rank(self) >= rank(other)
    }

    /// From a result that reports an error. `DETAIL`, `HINT` and the statement stay behind.
    init(_ result: OpaquePointer) {
        self.init(.server(SQLState(unsafe Self.field("C", of: result) ?? SQLState.connectionFailure.code)))
        severity = unsafe Self.field("V", of: result)
        constraint = unsafe Self.field("n", of: result)
        schema = unsafe Self.field("s", of: result)
        table = unsafe Self.field("t", of: result)
        column = unsafe Self.field("c", of: result)
        routine = unsafe Self.field("R", of: result)
        serverMessage = unsafe Self.field("M", of: result)
    }

    static func notice(_ result: OpaquePointer) -> PostgresHappening {
        .notice(
            severity: unsafe field("V", of: result) ?? "NOTICE", SQLState(unsafe field("C", of: result) ?? "00000"),
            message: unsafe field("M", of: result) ?? "")
    }

    /// "canceling wait for synchronous replication": known by who says it, since the words may be in any language. What
    /// follows is the answer of a commit that a failover may undo.
    static func saysCommitIsDoubtful(_ result: OpaquePointer) -> Bool {
        unsafe field("R", of: result) == "SyncRepWaitForLSN"
    }

    private static func field(_ code: Unicode.Scalar, of result: OpaquePointer) -> String? {
        guard let text = unsafe PQresultErrorField(result, Int32(code.value)) else { return nil }
        return unsafe String(cString: text)
    }
}
