import Crypto
import Foundation
import Loop
import Postgres
import TestKit

@testable import Jobs

/// A schema with this room's tables, made by its own migration.
enum JobsSchema {
    /// The role that the migrations grant to belongs to whoever runs the cluster, and so does joining it.
    private static func makeRole(on loop: Loop, at url: String) async throws {
        let isThere = try await withPool(at: url, on: loop) { pool in
            try await pool.query(
                "SELECT count(*) FROM pg_roles WHERE pg_has_role(oid, 'SET') AND rolname = 'ledgerline_app'"
            )
            .one.decode(Int.self) == 1
        }
        guard !isThere, var owner = URLComponents(string: url) else { return }
        let login = try Identifier(owner.user ?? "ledgerline")
        owner.user = "postgres"
        owner.password = nil
        try await withPool(at: owner.string ?? url, on: loop) { pool in
            try await pool.execute(
                """
                DO $$ BEGIN CREATE ROLE ledgerline_app NOLOGIN;
                EXCEPTION WHEN duplicate_object THEN NULL; WHEN unique_violation THEN NULL; END $$
                """)
            try await pool.withTransaction { transaction in
                // Two tests that join at once would trip over each other.
                try await transaction.query("SELECT pg_advisory_xact_lock(hashtext('ledgerline_app'))")
                try await transaction.query("GRANT ledgerline_app TO \(login)")
            }
        }
    }

    static func with<Value>(
        on loop: Loop, at url: String? = nil, limits: PoolLimits = PoolLimits(),
        configure: (inout PostgresConfiguration) -> Void = { _ in }, _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        try await makeRole(on: loop, at: url ?? Services.databaseURL)
        return try await TemporaryFolder.with { folder in
            let text = try String(contentsOfFile: Services.repository + "/Migrations/0005_jobs.sql", encoding: .utf8)
            try text.write(toFile: folder.path("0001_jobs.sql"), atomically: true, encoding: .utf8)
            return try await withDatabase(on: loop, at: url, limits: limits, configure: configure) { pool in
                try await Migrator(pool.configuration, on: loop, folder: folder.path).apply()
                return try await body(pool)
            }
        }
    }
}

extension PostgresPool {
    /// How many rows a statement counts.
    func number(_ sql: SQL) async throws -> Int { try await query(sql).one.decode(Int.self) }

    func outcomes() async throws -> [String: Int] {
        let rows = try await query("SELECT outcome, count(*) FROM jobs_done GROUP BY outcome")
        return try Dictionary(uniqueKeysWithValues: rows.map { try $0.decode(String.self, Int.self) })
    }

    /// Fetches as a worker does, without being one.
    func fetch(_ order: FetchOrder) async throws -> [FetchedJob] { try await order.fetch(from: self) }

    func beat(_ order: FetchOrder) async throws {
        try await execute(JobSQL.beat(order.worker, label: "test", isDraining: false))
    }

    func rescue(silence: Duration = .seconds(30), grace: Duration = .seconds(30)) async throws -> [Int] {
        let (again, forGood) = try await execute(JobSQL.rescue(silentFor: silence, grace: grace)).one
            .decode(Int.self, Int.self)
        return [again, forGood]
    }
}

extension FetchOrder {
    init(_ kinds: [String], limit: Int = 100) {
        self.init(
            worker: .v4(), queue: "default",
            kinds: kinds.map { Kind(name: $0, runningMax: nil, bucket: nil) }, organizationRunningMax: nil, limit: limit
        )
    }
}

extension JobWorkerSettings {
    /// The same worker, in a hurry.
    static var hasty: JobWorkerSettings {
        var settings = JobWorkerSettings()
        settings.pollEvery = .milliseconds(20)
        settings.heartbeatEvery = .milliseconds(50)
        settings.silenceMax = .milliseconds(1000)
        settings.rescueEvery = .milliseconds(50)
        settings.timeoutGrace = .milliseconds(200)
        settings.tickEvery = .milliseconds(20)
        settings.stopPatience = .seconds(2)
        settings.cancelPatience = .seconds(2)
        settings.absence = RetryPolicy(first: .milliseconds(10), longest: .milliseconds(200))
        return settings
    }
}

/// Runs workers beside `body`, and stops them in good order.
func withWorkers<Value>(_ workers: [JobWorker], on loop: Loop, _ body: () async throws -> Value) async throws -> Value {
    let tasks = workers.map { worker in Task(executorPreference: loop) { await worker.run() } }
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    for worker in workers { worker.stop() }
    for task in tasks { await task.value }
    return try result.get()
}

/// Counts what happened to whom; one loop's thread alone touches it.
final class Tally: @unchecked Sendable {
    private(set) var runs: [JobID: Int] = [:]
    var order: [JobID] = []
    var isOpen = false

    var total: Int { order.count }

    func add(_ id: JobID) {
        runs[id, default: 0] += 1
        order.append(id)
    }
}
