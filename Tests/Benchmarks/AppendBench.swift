import Crypto
import Domain
import Foundation
import Loop
import Postgres
import Store
import Wire

/// Foundation has one too.
private typealias UUID = Crypto.UUID

/// A log and a bare table in a schema of their own, made afresh before each measurement.
struct AppendBench {
    static let payload =
        #"{"role":"caller","words":"\#(String(repeating: "so I was told to call again ", count: 8))","from":12.5,"to":15.25}"#

    private let database: String
    private let schema = "append_bench"

    init() throws { database = try StoreContests.address("DATABASE_OWNER_URL") }

    // MARK: - Ours

    /// `calls` at once, each with the next events as soon as the last ones are stored; the note says how large the batches
    /// were.
    func appends(calls: Int, events: Int, seconds: Int) throws -> Figure {
        try prepare()
        let configuration = try configuration()
        let note = try Loops.run(1, name: "append") { loops in
            try await Self.withAppender(configuration, on: loops.first) { appender, loop in
                let began = Moment.now
                let end = began + .seconds(seconds)
                let count = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<calls {
                        group.addTask(executorPreference: loop) {
                            let stream = UUID.v7()
                            var version: Int32 = 1
                            while loop.turn < end {
                                let verdict = try await appender.append(Self.append(to: stream, at: version, events))
                                guard case .appended = verdict else { throw Trouble("an append ended with \(verdict)") }
                                version += Int32(events)
                            }
                            return Int(version) - 1
                        }
                    }
                    return try await group.reduce(0, +)
                }
                let took = (Moment.now - began).inSeconds
                let statistics = appender.statistics
                let size = Double(statistics.batchSizes.sum) / Double(max(1, statistics.flushes))
                let flush = statistics.flushTimes.sum.inSeconds / Double(max(1, statistics.flushes)) * 1_000
                return Figure(
                    Double(count) / took, note: "(batches of \(size.short), flush \(flush.short) ms)")
            }
        }
        return note
    }

    static func withAppender<Value>(
        _ configuration: PostgresConfiguration, on loop: Loop, warmsUp: Bool = true,
        _ body: (EventAppender, Loop) async throws -> Value
    ) async throws -> Value {
        let pool = PostgresPool(configuration, on: loop)
        let appender = EventAppender(pool)
        let life = Task(executorPreference: loop) { await appender.run() }
        if warmsUp { _ = try await appender.append(append(to: .v7(), at: 1, 1)) }
        let result: Result<Value, any Error>
        do { result = .success(try await body(appender, loop)) } catch { result = .failure(error) }
        await appender.close()
        await life.value
        await pool.close()
        return try result.get()
    }

    static let organization = UUID.v7()
    static let bytes = Array(payload.utf8)

    static func append(to stream: Crypto.UUID, at version: Int32, _ count: Int) -> StreamAppend {
        let now = Timestamp.now
        return StreamAppend(
            to: stream, kind: .call, of: organization, at: .version(version),
            (0..<count).map { _ in
                NewEvent(id: .v7(), type: "turn.ended", schemaVersion: 1, occurredAt: now, payload: bytes)
            })
    }

    // MARK: - Theirs

    func pgbench(clients: Int, seconds: Int, _ script: String) throws -> Figure {
        try prepare()
        let file = FileManager.default.temporaryDirectory.appending(path: "append-bench.sql")
        // pgbench takes a colon and a word behind it for a variable of its own.
        try script.replacing(/":(\d)/) { "\": \($0.1)" }.replacing(/":"/, with: "\": \"")
            .write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let text = try Child(
            core: nil, "pgbench",
            ["-n", "-M", "prepared", "-c", "\(clients)", "-j", "1", "-T", "\(seconds)", "-f", file.path, database],
            environment: environment
        ).finish()
        guard let match = text.firstMatch(of: /transactions actually processed: (\d+)/), let count = Double(match.1)
        else {
            throw Trouble("pgbench said nothing usable: \(text)")
        }
        return Figure(count / Double(seconds))
    }

    /// As many COPY commands in one file, each a transaction.
    func writeCopies(batches: Int, rows: Int) throws -> URL {
        let file = FileManager.default.temporaryDirectory.appending(path: "append-bench.copy")
        var text = ""
        var position = 0
        for batch in 0..<batches {
            text +=
                "COPY bare (position, occurred_at, stream_id, event_id, organization_id, version, lane, schema_version, type, payload) FROM STDIN;\n"
            for row in 0..<rows {
                position += 1
                let stream = UUID(value: UInt128(row / 5) << 64 | UInt128(row % 5))
                text +=
                    "\(position)\t2026-01-01 00:00:00+00\t\(stream)\t\(UUID.v7())\t\(Self.organization)\t\(batch + 1)\t\(row % 16)\t1\tturn.ended\t\(Self.payload)\n"
            }
            text += "\\.\n"
        }
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file
    }

    func copies(_ file: URL, rows: Int) throws -> Figure {
        try prepare()
        let began = Moment.now
        let text = try Child(
            core: nil, "psql", ["-qX", "-v", "ON_ERROR_STOP=1", "-f", file.path, database], environment: environment
        ).finish()
        guard text.isEmpty else { throw Trouble("psql: \(text)") }
        return Figure(Double(rows) / (Moment.now - began).inSeconds)
    }

    // MARK: - Before and after

    private var environment: [String: String] { ["PGOPTIONS": "-c search_path=\(schema),public"] }

    func configuration() throws -> PostgresConfiguration {
        var configuration = try PostgresConfiguration(database)
        configuration.searchPath = try [Identifier(schema), Identifier("public")]
        return configuration
    }

    func prepare() throws {
        let (database, configuration, schema) = (database, try configuration(), try Identifier(schema))
        try Loops.run(1, name: "prepare") { loops in
            let owner = PostgresPool(try PostgresConfiguration(database), on: loops.first)
            try await owner.execute("DROP SCHEMA IF EXISTS \(schema) CASCADE")
            try await owner.execute("CREATE SCHEMA \(schema)")
            try await Migrator(configuration, on: loops.first, folder: "Migrations").apply()
            let pool = PostgresPool(configuration, on: loops.first)
            try await pool.execute("CREATE TABLE bare (LIKE events INCLUDING ALL)")
            try await pool.execute("ALTER TABLE bare ALTER position ADD GENERATED BY DEFAULT AS IDENTITY")
            try await pool.execute(Self.writeEvent)
            try await pool.execute("CHECKPOINT")
            await pool.close()
            await owner.close()
        }
    }

    /// A fresh schema with what `body` puts into it, however long that takes.
    func fill(_ body: @escaping @Sendable (PostgresPool) async throws -> Void) throws {
        try prepare()
        var configuration = try configuration()
        configuration.queryDeadline = .seconds(600)
        configuration.statementTimeout = nil
        let (patient, schema) = (configuration, try Identifier(schema))
        try Loops.run(1, name: "fill") { loops in
            let pool = PostgresPool(patient, on: loops.first)
            try await pool.execute("GRANT USAGE ON SCHEMA \(schema) TO ledgerline_app, ledgerline_tenant")
            try await body(pool)
            await pool.close()
        }
    }

    func clear() {
        do {
            let (database, schema) = (database, try Identifier(schema))
            try Loops.run(1, name: "clear") { loops in
                let owner = PostgresPool(try PostgresConfiguration(database), on: loops.first)
                try await owner.execute("DROP SCHEMA IF EXISTS \(schema) CASCADE")
                await owner.close()
            }
        } catch {
            print("  the schema \(schema) stayed behind: \(error)")
        }
    }

    /// How single appends are kept in order elsewhere: a lock on the category, held until the commit is on the disk.
    private static let writeEvent: SQL =
        """
        CREATE FUNCTION write_event(stream uuid, type text, payload jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            version int;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtext('calls'));
            SELECT coalesce(max(b.version), 0) + 1 INTO version FROM bare b WHERE b.stream_id = stream;
            INSERT INTO bare (occurred_at, stream_id, event_id, organization_id, version, lane, schema_version, type, payload)
            VALUES (now(), stream, gen_random_uuid(), stream, version, 1, 1, type, payload);
            RETURN version;
        END
        $$
        """
}
