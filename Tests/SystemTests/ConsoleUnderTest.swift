import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// A migrated database with a call in it, and the console as an operator calls it.
struct ConsoleUnderTest {
    static let organization = UUID(value: 0xA1)
    static let phone = "+15550100002"
    static let words = "my card ends with 4711"

    let url: String
    let pool: PostgresPool
    let log: EventLog
    let loop: Loop

    static func with(_ body: @escaping @Sendable (ConsoleUnderTest) async throws -> Void) async throws {
        try await Loops.with { loops in
            try await withEmptyDatabase(on: loops.first) { url in
                try await Migrator(
                    PostgresConfiguration(url), on: loops.first, folder: Services.repository + "/Migrations"
                ).apply()
                try await withPool(at: url, on: loops.first) { pool in
                    let log = try await EventLog.read(through: .pool(pool))
                    try await body(ConsoleUnderTest(url: url, pool: pool, log: log, loop: loops.first))
                }
            }
        }
    }

    // MARK: - The log

    /// A call that came in, was answered, in which something was said, and which ended.
    func appendCall(_ stream: UUID = .v7()) async throws -> UUID {
        let leg = CarrierLeg(carrier: "telnyx", control: "v3:control")
        let facts: [CallEvent] = [
            .callReceived(CallReceived(from: Private(Self.phone), to: Private("+15550100001"), leg: leg)),
            .callAnswered(CallAnswered()),
            .callerSaid(
                CallerSaid(
                    turn: TurnID(UUID.v7()), text: Private(Self.words), confidence: nil, startedAt: 10, endedAt: 900,
                    provider: "deepgram")),
            .callEnded(CallEnded(reason: .callerHungUp, faultOwner: .caller, duration: 4000, isBillable: true)),
        ]
        try await append(
            try facts.map { try NewEvent(.call($0), id: EventID(UUID.v7()), at: Instant(Timestamp.now)) }, to: stream)
        return stream
    }

    func append(_ events: [NewEvent], to stream: UUID) async throws {
        let append = StreamAppend(to: stream, kind: .call, of: Self.organization, at: .next, events)
        _ = try await pool.withTransaction { try await log.append(append, in: $0) }
    }

    /// One that no consumer of calls can read.
    func appendPoison(to stream: UUID) async throws {
        try await append(
            [
                NewEvent(
                    id: UUID.v7(), type: "call.ended", schemaVersion: 1, occurredAt: .now, payload: Array("{}".utf8))
            ], to: stream)
    }

    // MARK: - The console

    struct Answer {
        let code: Int32
        let output: String

        /// One document on each line.
        var documents: [JSONValue] {
            get throws { try output.split(separator: "\n").map { try JSONValue(json: Array($0.utf8)) } }
        }
    }

    func ledgerline(_ arguments: String...) async throws -> Answer {
        try await Self.ledgerline(arguments, database: url)
    }

    static func ledgerline(
        _ arguments: [String], database: String = "postgresql://nobody@127.0.0.1:1/nowhere"
    ) async throws -> Answer {
        try await RunningProcess.with(
            BuiltProducts.executable("ledgerline"), arguments, environment: ["DATABASE_URL": database]
        ) { process in
            let code = await process.exit()
            return Answer(code: code, output: process.output)
        }
    }

    // MARK: - A consumer

    /// Works as the workers' process would, until what is wanted is so.
    func working(until what: String, _ holds: () async throws -> Bool) async throws {
        let worker = ConsumerWorker(CallsConsumer(), of: log, pool, redis: nil)
        let life = Task(executorPreference: loop) { await worker.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await loop.until(what, within: .seconds(30), holds)) } catch {
            result = .failure(error)
        }
        worker.stop()
        await life.value
        try result.get()
    }

    func count(_ sql: SQL) async throws -> Int { try await pool.query(sql).one.decode(Int.self) }
}
