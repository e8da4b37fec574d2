import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing

/// A fresh database of read models.
struct CallsUnderTest: Sendable {
    let pool: PostgresPool

    static func with(_ body: @escaping @Sendable (CallsUnderTest) async throws -> Void) async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await Migrator(pool.configuration, on: loops.first, folder: Services.repository + "/Migrations")
                    .apply()
                try await body(CallsUnderTest(pool: pool))
            }
        }
    }

    /// As the engine does: a transaction for each batch.
    func apply(_ events: some Collection<RecordedEvent>, by consumer: CallsConsumer) async throws {
        try await pool.withTransaction { try await consumer.apply(Array(events), in: $0) }
    }

    /// Everything that the tables say of a call.
    func stored(_ stream: UUID, in tables: CallTables = .live) async throws -> CallState? {
        let reader = CallReader(pool, tables: tables)
        let (call, organization) = (CallID(stream), OrganizationID(CallLog.organization(of: stream)))
        guard var state = try await reader.get(call, of: organization)?.state else { return nil }
        for (id, turn) in try await reader.turns(of: call, of: organization) { state.turns[id] = turn }
        for (id, segment) in try await reader.transcript(of: call, of: organization) { state.segments[id] = segment }
        for (id, use) in try await reader.toolUses(of: call, of: organization) { state.toolUses[id] = use }
        return state
    }

    func count(_ table: Identifier) async throws -> Int {
        try await pool.query("SELECT count(*) FROM \(table)").one.decode(Int.self)
    }
}
