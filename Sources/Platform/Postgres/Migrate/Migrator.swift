package import Loop

/// Brings the schema up to date: the files of a folder, in order, forward only, each once.
///
/// What has been applied stands in `schema_migrations`, with a checksum of the file. Several migrators may start at once:
/// one works, under an advisory lock of the schema, the others wait and find nothing to do. A migration and its row are
/// one transaction, so a crash leaves it done or undone. A file without transaction is recorded after it has run: if
/// the crash comes in between, it is run again, and must be written for that (`IF NOT EXISTS`).
package struct Migrator: Sendable {
    /// How long one file may take.
    package static let timeout = Duration.seconds(3600)

    private let configuration: PostgresConfiguration
    private let loop: Loop
    private let folder: String
    private let observe: PostgresObserver

    package init(
        _ configuration: PostgresConfiguration, on loop: Loop, folder: String,
        observe: @escaping PostgresObserver = { _ in }
    ) {
        var patient = configuration
        // The server's limit for statements is made for a call, not for building an index.
        patient.statementTimeout = nil
        patient.statementNames = .unnamed
        patient.queryDeadline = Self.timeout
        self.configuration = patient
        self.loop = loop
        self.folder = folder
        self.observe = observe
    }

    /// What `apply` would do. Changes nothing, and waits for nobody.
    package func plan() async throws -> MigrationPlan {
        let migrations = try await files()
        return try await withSession { session in
            try await MigrationPlan(folder: migrations, applied: isRecorded(session) ? applied(session) : [])
        }
    }

    /// Applies what is pending, and answers it.
    @discardableResult
    package func apply() async throws -> [Migration] {
        let migrations = try await files()
        return try await withSession { session in
            try await lock(session)
            if try await !isRecorded(session) { try await begin(session) }
            let plan = try await MigrationPlan(folder: migrations, applied: applied(session))
            for migration in plan.pending {
                do { try await apply(migration, session) } catch {
                    throw MigrationError.failed(version: migration.version, name: migration.name, error)
                }
            }
            return plan.pending
        }
    }

    /// Looks only where `begin` creates: a table of the same name further down the search path is somebody else's.
    private func isRecorded(_ session: PostgresSession) async throws -> Bool {
        try await session.query(
            "SELECT to_regclass(quote_ident(current_schema()) || '.schema_migrations') IS NOT NULL"
        ).one.decode(Bool.self)
    }

    private func begin(_ session: PostgresSession) async throws {
        try await session.query(
            """
            CREATE TABLE schema_migrations (
                version integer PRIMARY KEY,
                name text NOT NULL,
                checksum text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now(),
                duration interval NOT NULL
            )
            """)
    }

    private func apply(_ migration: Migration, _ session: PostgresSession) async throws {
        observe(.migrationBegan(version: migration.version, name: migration.name))
        let began = Moment.now
        if migration.isTransactional {
            try await session.withTransaction { transaction in
                for statement in StatementSplitter.statements(of: migration.text) {
                    try await transaction.query(SQL(unsafe: statement), site: "migration")
                }
                try await record(migration, since: began, transaction)
            }
        } else {
            for statement in StatementSplitter.statements(of: migration.text) {
                try await session.query(SQL(unsafe: statement), site: "migration")
            }
            try await record(migration, since: began, session)
        }
        observe(.migrationApplied(version: migration.version, name: migration.name, took: Moment.now - began))
    }

    private func record(_ migration: Migration, since began: Moment, _ session: PostgresSession) async throws {
        let took = Duration.microseconds((Moment.now - began).wholeNanoseconds / 1000)
        try await session.query(
            """
            INSERT INTO schema_migrations (version, name, checksum, duration)
            VALUES (\(migration.version), \(migration.name), \(migration.checksum), \(took))
            """)
    }

    private func applied(_ session: PostgresSession) async throws -> [MigrationPlan.Applied] {
        let rows = try await session.query("SELECT version, name, checksum FROM schema_migrations ORDER BY version")
        return try rows.map { row in
            let (version, name, checksum) = try row.decode(Int.self, String.self, String.self)
            return MigrationPlan.Applied(version: version, name: name, checksum: checksum)
        }
    }

    /// Held by the session, so that the server lets it go whatever becomes of us.
    private func lock(_ session: PostgresSession) async throws {
        let key = "hashtext('schema_migrations'), hashtext(current_schema())" as SQL
        if try await session.query("SELECT pg_try_advisory_lock(\(key))").one.decode(Bool.self) { return }
        observe(.migrationWaiting)
        try await session.query("SELECT pg_advisory_lock(\(key))")
    }

    private func files() async throws -> [Migration] {
        try await Lane(name: "migrations").run { [folder] in try MigrationFolder.read(folder) }
    }

    private func withSession<Value>(_ body: (PostgresSession) async throws -> Value) async throws -> Value {
        let connection = try await PostgresConnection.open(configuration, on: loop, observe)
        let session = PostgresSession(connection)
        defer {
            session.end()
            connection.close()
        }
        return try await body(session)
    }
}
