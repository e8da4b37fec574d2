import Crypto
import Loop
import Postgres
import Store
import TestKit
import Testing

/// Transactions of others that stay open: they hold back what Postgres may forget, and must hold back no writer or reader.
@Suite(.serialized, .timeLimit(.minutes(3))) struct BystanderTests {
    private static let events = 1_000

    /// Everything that is appended meanwhile has its effect meanwhile.
    private static func goOn(_ test: ConsumersUnderTest) async throws {
        try await test.working(test.worker(try EffectConsumer())) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask(executorPreference: test.loop) {
                        let stream = UUID.v7()
                        for _ in 0..<events / 20 { try await test.append(1, to: stream) }
                    }
                }
                try await group.waitForAll()
            }
            try await test.untilDone()
        }
        let findings = try await test.findings()
        #expect(findings.isExact && findings.events == events, "\(findings)")
    }

    @Test func `a snapshot that stays open makes neither appending nor finding a lane's head any dearer`() async throws
    {
        try await ConsumersUnderTest.with { test in
            let pages = try await test.pool.withTransaction(isolation: .repeatableRead) { session in
                #expect(try await session.query("SELECT FROM events").isEmpty)
                try await Self.goOn(test)
                // It is as old as it was.
                #expect(try await session.query("SELECT FROM events").isEmpty)
                return try await Self.pagesForHead(test)
            }
            // From the root of the index to its leaf, and the row: however many versions the snapshot keeps alive.
            #expect((1...8).contains(pages), "\(pages)")
        }
    }

    private static func pagesForHead(_ test: ConsumersUnderTest) async throws -> Int {
        try await test.pool.withTransaction { session in
            try await session.query("SET LOCAL enable_seqscan = off")
            let plan = try await session.query(
                """
                EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF)
                SELECT position FROM events WHERE lane = 3 ORDER BY position DESC LIMIT 1
                """
            ).map { try $0.decode(String.self) }
            let line = try #require(plan.first { $0.contains("Buffers: shared") })
            return line.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }.reduce(0, +)
        }
    }

    @Test func `a transaction elsewhere that has written and idles keeps no reader waiting`() async throws {
        try await ConsumersUnderTest.with { test in
            try await test.pool.execute("CREATE TABLE elsewhere (number int)")
            try await test.pool.withTransaction { session in
                try await session.query("INSERT INTO elsewhere VALUES (1)")
                try await Self.goOn(test)
                let idles = try await test.pool.query(
                    """
                    SELECT state = 'idle in transaction' AND backend_xid IS NOT NULL FROM pg_stat_activity
                    WHERE pid = \(session.backend)
                    """
                ).one.decode(Bool.self)
                #expect(idles)
            }
        }
    }

    private static let vectors: [SQL] = [
        "CREATE TABLE vectors (id int PRIMARY KEY, place vector(16))",
        """
        INSERT INTO vectors SELECT i, (SELECT array_agg(random()) FROM generate_series(1, 16) WHERE i > 0)::vector(16)
        FROM generate_series(1, 2000) AS i
        """,
    ]

    @Test func `an HNSW index that is built in a transaction keeps no reader waiting until it commits`() async throws {
        try await ConsumersUnderTest.with { test in
            for sql in Self.vectors { try await test.pool.execute(sql) }
            try await test.pool.withTransaction { session in
                try await session.query("CREATE INDEX near ON vectors USING hnsw (place vector_l2_ops)")
                try await Self.goOn(test)
                let isSeen = try await test.pool.query("SELECT to_regclass('near') IS NOT NULL").one.decode(Bool.self)
                #expect(!isSeen)
            }
        }
    }

    @Test func `an HNSW index that is built concurrently and can't end keeps no reader waiting`() async throws {
        try await ConsumersUnderTest.with { test in
            for sql in Self.vectors { try await test.pool.execute(sql) }
            let building = try await test.pool.withTransaction { session in
                // The build waits for those who write into the table.
                try await session.query("DELETE FROM vectors WHERE id = 1")
                let building = Task(executorPreference: test.loop) {
                    try await test.pool.withConnection { builder in
                        _ = try await builder.query(
                            "CREATE INDEX CONCURRENTLY near ON vectors USING hnsw (place vector_l2_ops)",
                            timeout: .seconds(60))
                    }
                }
                func builds() async throws -> Bool {
                    try await test.pool.query(
                        "SELECT FROM pg_stat_progress_create_index WHERE relid = 'vectors'::regclass"
                    ).count == 1
                }
                try await test.loop.until("the build") { try await builds() }
                try await Self.goOn(test)
                #expect(try await builds())
                return building
            }
            try await building.value
            #expect(
                try await test.pool.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'near'::regclass").one
                    .decode(Bool.self))
        }
    }
}
