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

    /// Appends at their hour, whatever became of those before them; waits count from the hour.
    func offered(perSecond: Int, seconds: Int) throws -> Figure {
        try prepare()
        let configuration = try configuration()
        return try Loops.run(1, name: "append") { loops in
            try await Self.withAppender(configuration, on: loops.first) { appender, loop in
                let waits = Waits()
                try await Self.offer(perSecond, for: seconds, to: appender, on: loop) { hour, result in
                    if case .success(.appended) = result {
                        waits.add(Moment.now - hour)
                    } else {
                        waits.failed += 1
                    }
                }
                guard waits.failed == 0 else { throw Trouble("\(waits.failed) appends failed") }
                let statistics = appender.statistics
                let size = Double(statistics.batchSizes.sum) / Double(max(1, statistics.flushes))
                let flush = statistics.flushTimes.sum.inSeconds / Double(max(1, statistics.flushes)) * 1_000
                return waits.figure(", batches of \(size.short), flush \(flush.short) ms")
            }
        }
    }

    /// Submits appends of one event at their hour, and returns when all of them are answered.
    static func offer(
        _ perSecond: Int, for seconds: Int, to appender: EventAppender, on loop: Loop,
        _ answered: @escaping (_ hour: Moment, Result<AppendVerdict, AppendError>) -> Void
    ) async throws {
        let began = Moment.now
        let total = perSecond * seconds
        let streams = (0..<500).map { _ in UUID.v7() }
        var (sent, left) = (0, total)
        while sent < total {
            let hour = began + .nanoseconds(Int64(sent) * 1_000_000_000 / Int64(perSecond))
            let early = hour - Moment.now
            if early > .zero { try await loop.sleep(for: early) }
            let version = Int32(sent / streams.count) + 1
            appender.submit(append(to: streams[sent % streams.count], at: version, 1)) { result in
                left -= 1
                answered(hour, result)
            }
            sent += 1
        }
        while left > 0 { try await loop.sleep(for: .milliseconds(1)) }
    }

    static func withAppender(
        _ configuration: PostgresConfiguration, on loop: Loop, warmsUp: Bool = true,
        _ body: (EventAppender, Loop) async throws -> Figure
    ) async throws -> Figure {
        let pool = PostgresPool(configuration, on: loop)
        let appender = EventAppender(pool)
        let life = Task(executorPreference: loop) { await appender.run() }
        if warmsUp { _ = try await appender.append(append(to: .v7(), at: 1, 1)) }
        let result: Result<Figure, any Error>
        do { result = .success(try await body(appender, loop)) } catch { result = .failure(error) }
        await appender.close()
        await life.value
        await pool.close()
        return try result.get()
    }

    private static let organization = UUID.v7()
    private static let bytes = Array(payload.utf8)

    private static func append(to stream: UUID, at version: Int32, _ count: Int) -> StreamAppend {
        let now = Timestamp.now
        return StreamAppend(
            to: stream, kind: .call, of: organization, at: .version(version),
            (0..<count).map { _ in
                NewEvent(id: .v7(), type: "turn.ended", schemaVersion: 1, occurredAt: now, payload: bytes)
            })
    }

    // MARK: - Theirs

    func inserts(seconds: Int) throws -> Figure {
        try prepare()
        let configuration = try configuration()
        return try Loops.run(1, name: "insert") { loops in
            let pool = PostgresPool(configuration, on: loops.first)
            let waits = Waits()
            let end = Moment.now + .seconds(seconds)
            while Moment.now < end {
                let began = Moment.now
                try await pool.execute(
                    """
                    INSERT INTO bare (occurred_at, stream_id, event_id, organization_id, version, lane, schema_version, type, payload)
                    VALUES (now(), \(UUID.v7()), \(UUID.v7()), \(Self.organization), 1, 1, 1, 'turn.ended', \(JSON(Self.bytes)))
                    """)
                waits.add(Moment.now - began)
            }
            await pool.close()
            return waits.figure
        }
    }

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

/// Waits of one measurement; on its loop alone, which is why `@unchecked` holds.
final class Waits: @unchecked Sendable {
    private var all: [Duration] = []
    var failed = 0
    var count: Int { all.count }

    func add(_ wait: Duration) { all.append(wait) }

    /// The 99th percentile in milliseconds; the median in the note.
    var figure: Figure { figure("") }

    func figure(_ more: String) -> Figure {
        let (half, high) = halves
        return Figure(high, note: "(median \(half.short)\(more))")
    }

    /// The median in milliseconds; the 99th percentile in the note.
    var median: Figure {
        let (half, high) = halves
        return Figure(half, note: "(99th percentile \(high.short))")
    }

    private var halves: (half: Double, high: Double) {
        let sorted = all.sorted()
        guard !sorted.isEmpty else { return (.nan, .nan) }
        return (sorted[sorted.count / 2].inSeconds * 1_000, sorted[sorted.count * 99 / 100].inSeconds * 1_000)
    }
}
