import Glibc
import Loop
import Synchronization
import TestKit
import Testing

@testable import Postgres

@Suite(.serialized, .timeLimit(.minutes(2))) struct MigrationTests {
    /// A folder with these files, gone afterwards.
    private static func withFolder<Value>(_ files: [String: String], _ body: (String) async throws -> Value)
        async throws -> Value
    {
        let folder = "/tmp/migrations-\(UInt64.random(in: 0 ... .max))"
        guard mkdir(folder, 0o700) == 0 else { throw SystemError.last("mkdir") }
        for (name, text) in files { try write(text, to: "\(folder)/\(name)") }
        let result: Result<Value, any Error>
        do { result = .success(try await body(folder)) } catch { result = .failure(error) }
        system("rm -rf '\(folder)'")
        return try result.get()
    }

    private static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw SystemError.last("fopen") }
        fputs(text, file)
        guard fclose(file) == 0 else { throw SystemError.last("fclose") }
    }

    private static let files = [
        "0001_first.sql":
            "CREATE TABLE a (id int); -- a; b\nINSERT INTO a VALUES (1);\n/* ; */ INSERT INTO a VALUES (2)",
        "0002_second.sql":
            "DO $body$ BEGIN INSERT INTO a VALUES (3); END $body$;\nINSERT INTO a SELECT length('a;b''c')",
        "0003_index.sql": "-- no transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS a_id ON a (id);\n",
        "readme.md": "not a migration",
    ]

    @Test func `a folder is planned, applied once, and then up to date`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await Self.withFolder(Self.files) { folder in
                    let began = Mutex<[Int]>([])
                    let migrator = Migrator(pool.configuration, on: loops.first, folder: folder) { happening in
                        if case .migrationBegan(let version, _) = happening { began.withLock { $0.append(version) } }
                    }
                    #expect(try await migrator.plan().pending.map(\.version) == [1, 2, 3])
                    #expect(
                        try await pool.query("SELECT to_regclass('schema_migrations')::text").one.decode(String?.self)
                            == nil)
                    #expect(try await migrator.apply().map(\.name) == ["first", "second", "index"])
                    #expect(began.withLock { $0 } == [1, 2, 3])
                    #expect(try await migrator.apply().isEmpty)
                    let ids = try await pool.query("SELECT id FROM a ORDER BY id").map { try $0.decode(Int.self) }
                    #expect(ids == [1, 2, 3, 5])
                    let (count, digest) = try await pool.query(
                        "SELECT count(*), max(length(checksum)) FROM schema_migrations"
                    ).one.decode(Int.self, Int.self)
                    #expect(count == 3 && digest == 64)
                }
            }
        }
    }

    @Test func `edited, lost and misnumbered files are refused`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await Self.withFolder(Self.files) { folder in
                    let migrator = Migrator(pool.configuration, on: loops.first, folder: folder)
                    try await migrator.apply()
                    func refusal(_ change: () throws -> Void, _ undo: () throws -> Void) async throws -> String {
                        try change()
                        defer { do { try undo() } catch { Issue.record(error) } }
                        do { try await migrator.apply() } catch { return "\(error)" }
                        return "accepted"
                    }
                    #expect(
                        try await refusal(
                            { try Self.write("SELECT 1", to: "\(folder)/0002_second.sql") },
                            { try Self.write(Self.files["0002_second.sql"] ?? "", to: "\(folder)/0002_second.sql") })
                            == "migrations: 0002_second was edited after it had been applied")
                    #expect(
                        try await refusal(
                            { unlink("\(folder)/0003_index.sql") },
                            { try Self.write(Self.files["0003_index.sql"] ?? "", to: "\(folder)/0003_index.sql") })
                            == "migrations: the database has 0003_index, the folder does not")
                    #expect(
                        try await refusal(
                            { try Self.write("SELECT 1", to: "\(folder)/0005_gap.sql") },
                            { unlink("\(folder)/0005_gap.sql") })
                            == "migrations: version 4 is missing")
                    #expect(
                        try await refusal(
                            { try Self.write("SELECT 1", to: "\(folder)/0003_twice.sql") },
                            { unlink("\(folder)/0003_twice.sql") })
                            == "migrations: version 3 is there twice")
                    #expect(
                        try await refusal(
                            { try Self.write("SELECT 1", to: "\(folder)/04_short.sql") },
                            { unlink("\(folder)/04_short.sql") })
                            == "migrations: 04_short.sql is not NNNN_name.sql in UTF-8")
                    #expect(try await migrator.apply().isEmpty)
                }
            }
        }
    }

    @Test func `a migration that fails is undone, and goes on when mended`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await Self.withFolder([
                    "0001_a.sql": "CREATE TABLE a (id int)", "0002_b.sql": "INSERT INTO a VALUES (1); SELECT 1 / 0",
                ]) { folder in
                    let migrator = Migrator(pool.configuration, on: loops.first, folder: folder)
                    await #expect(throws: MigrationError.self) { try await migrator.apply() }
                    #expect(try await pool.query("SELECT count(*) FROM a").one.decode(Int.self) == 0)
                    #expect(try await migrator.plan().pending.map(\.version) == [2])
                    try Self.write("INSERT INTO a VALUES (1)", to: "\(folder)/0002_b.sql")
                    #expect(try await migrator.apply().map(\.version) == [2])
                }
            }
        }
    }

    @Test func `of several at once one works and the others wait`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await Self.withFolder([
                    "0001_slow.sql": "CREATE TABLE a (id int); SELECT pg_sleep(0.3)",
                    "0002_more.sql": "INSERT INTO a VALUES (1)",
                ]) { folder in
                    let waited = Count()
                    let applied = try await withThrowingTaskGroup(of: Int.self) { group in
                        for _ in 0..<3 {
                            group.addTask {
                                try await Migrator(pool.configuration, on: loops.first, folder: folder) { happening in
                                    if case .migrationWaiting = happening { waited.add() }
                                }.apply().count
                            }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(applied.sorted() == [0, 0, 2])
                    #expect(waited.value >= 1)
                }
            }
        }
    }

    @Test func `a migrator that dies in the middle leaves nothing half done`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await Self.withFolder([
                    "0001_a.sql": "CREATE TABLE a (id int)",
                    "0002_b.sql": "INSERT INTO a VALUES (1); SELECT pg_sleep(30)",
                ]) { folder in
                    var configuration = pool.configuration
                    configuration.applicationName = "dying \(UInt32.random(in: 0 ... .max))"
                    let migrator = Migrator(configuration, on: loops.first, folder: folder)
                    async let dying = migrator.apply()
                    try await loops.first.until("it is in the middle") {
                        try await pool.execute(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE application_name = \(configuration.applicationName) AND state = 'active' AND query LIKE '%pg_sleep%'
                            """
                        ).count == 1
                    }
                    do {
                        _ = try await dying
                        Issue.record("it survived")
                    } catch is MigrationError {}
                    try Self.write("INSERT INTO a VALUES (2)", to: "\(folder)/0002_b.sql")
                    #expect(try await migrator.apply().map(\.version) == [2])
                    #expect(try await pool.query("SELECT id FROM a").one.decode(Int.self) == 2)
                }
            }
        }
    }

    @Test func `the project's own migrations apply`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                let migrator = Migrator(
                    pool.configuration, on: loops.first, folder: Services.repository + "/Migrations")
                let applied = try await migrator.apply()
                #expect(applied.first?.name == "extensions")
            }
        }
    }

    private final class Count: Sendable {
        private let count = Atomic(0)
        var value: Int { count.load(ordering: .relaxed) }
        func add() { count.wrappingAdd(1, ordering: .relaxed) }
    }

    @Test(arguments: [
        ("SELECT 1; SELECT 2", ["SELECT 1", " SELECT 2"]), ("SELECT ';' ; -- ;\n", ["SELECT ';' "]),
        ("SELECT E'\\';' ; x", ["SELECT E'\\';' ", " x"]), ("SELECT 'a\\'; x", ["SELECT 'a\\'", " x"]),
        ("a $$ ; $x$ ; $$ b; c", ["a $$ ; $x$ ; $$ b", " c"]), ("a $1 ; b$c$d;", ["a $1 ", " b$c$d"]),
        ("/* /* ; */ ; */ a", ["/* /* ; */ ; */ a"]), ("\"a;\"\"b\";;", ["\"a;\"\"b\""]), ("  ;\n-- only words\n", []),
    ])
    func `a file is cut at the semicolons that end statements`(text: String, statements: [String]) {
        #expect(StatementSplitter.statements(of: text) == statements)
    }
}
