import Crypto
import Domain
import Foundation
import Loop
import Postgres
import Store
import Wire

/// What it costs to know who calls.
enum MemoryContests {
    static let all = [context, patterns]

    private static let memories = 300_000
    private static let perCustomer = 30
    private static let calls = 2_000
    /// In milliseconds: nothing of what a caller hears waits for it, but a call that begins has better things to do.
    private static let bound = 3.0

    private static let context = Contest(
        name: "context",
        question: "99th percentile of what a call is told of its customer, 30 memories of 300,000, each compared",
        peer: "what it may take", unit: "ms", goal: .atMost(1)
    ) { body in
        let bench = try MemoryBench()
        defer { bench.clear() }
        try bench.fill(customers: memories / perCustomer, perCustomer: perCustomer)
        try body({ try bench.contexts(calls) }, { Figure(bound) })
    }

    private static let patternsAll = 20_000
    private static let searches = 500
    private static let searchBound = 15.0

    private static let patterns = Contest(
        name: "patterns",
        question:
            "99th percentile of finding the 5 nearest of an organization's patterns among 20,000 of two, recall 0.95 or more",
        peer: "what it may take", unit: "ms", goal: .atMost(1)
    ) { body in
        let bench = try PatternBench()
        defer { bench.clear() }
        try bench.fill(patternsAll)
        try body({ try bench.searches(searches) }, { Figure(searchBound) })
    }
}

/// Many customers of one organization, each with as many memories.
struct MemoryBench {
    private static let organization = OrganizationID(UUID(value: 0xA1))
    private static let space = "bench/random/1/768"
    /// Places that memories share among them; those of one customer are all different.
    private static let places: Int64 = 2_000
    private static let patterns: Int64 = 10_000
    private static let agents: Int64 = 20
    /// Calls whose answer is compared with that of looking at every memory by hand.
    private static let checked = 50

    private let bench: AppendBench

    init() throws { bench = try AppendBench() }

    func clear() { bench.clear() }

    func fill(customers: Int, perCustomer: Int) throws {
        try bench.fill { pool in
            for text in StandingQuestions.texts {
                try await pool.execute(
                    """
                    INSERT INTO embedding_cache (model, content_sha256, embedding)
                    SELECT \(Self.space), \(EmbeddingCache.digest(of: text)), array_agg(random() - 0.5)::vector::halfvec
                    FROM generate_series(1, 768)
                    """)
            }
            try await pool.execute(
                """
                INSERT INTO customers_v1 (customer_id, organization_id, updated_at, version, name)
                SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, \(Self.organization.uuid), now(), 1, 'Customer'
                FROM generate_series(1, \(Int64(customers))) AS n
                """)
            try await pool.execute(
                """
                INSERT INTO customer_handles (organization_id, kind, handle, customer_id)
                SELECT organization_id, 'phone', '+1' || right(customer_id::text, 10), customer_id FROM customers_v1
                """)
            try await pool.execute(
                """
                INSERT INTO memories_v1 (memory_id, organization_id, customer_id, created_at, updated_at, relevance, version,
                    kind, content, embedding, embedding_space)
                WITH places AS MATERIALIZED (
                    SELECT p, (SELECT array_agg(random() - 0.5 + 0 * (p + i)) FROM generate_series(1, 768) AS i)::vector::halfvec AS place
                    FROM generate_series(0, \(Self.places - 1)) AS p
                )
                SELECT gen_random_uuid(), \(Self.organization.uuid),
                    ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, t, t, random(), 1, 'fact',
                    'Something that was said about matter ' || m, place, \(Self.space)
                FROM generate_series(1, \(Int64(customers))) AS n CROSS JOIN generate_series(1, \(Int64(perCustomer))) AS m
                CROSS JOIN LATERAL (SELECT now() - random() * interval '300 days' AS t WHERE n + m > 0) AS told
                JOIN places ON p = (n * 31 + m * 7) % \(Self.places)
                """)
            try await pool.execute(
                """
                INSERT INTO patterns_v1 (pattern_id, organization_id, created_at, updated_at, agent_id, success_rate, uses,
                    version, kind, summary)
                SELECT gen_random_uuid(), \(Self.organization.uuid), now(), now(),
                    ('00000000-0000-4000-9000-' || lpad((n % \(Self.agents))::text, 12, '0'))::uuid, random(), 1 + n % 100, 1,
                    'phrasing', 'Say something about matter ' || n
                FROM generate_series(1, \(Self.patterns)) AS n
                """)
            for table in ["memories_v1", "customers_v1", "customer_handles", "patterns_v1"] {
                try await pool.execute("VACUUM ANALYZE \(Identifier(table))")
            }
        }
    }

    func contexts(_ count: Int) throws -> Figure {
        let configuration = try bench.configuration()
        return try Loops.run(1, name: "context") { loops in
            let pool = PostgresPool(configuration, on: loops.first)
            let customers = try await pool.query("SELECT count(*) FROM customers_v1").one.decode(Int.self)
            let reader = ContextReader(pool)
            await reader.lookForQuestions()
            guard let questions = try await StandingQuestions.find(through: pool) else {
                throw Trouble("nobody reckoned the standing questions")
            }
            let waits = Waits()
            let agents = try await pool.query("SELECT DISTINCT agent_id FROM patterns_v1").map {
                AgentID(try $0.decode(UUID.self))
            }
            for round in 0..<(count + 50) {
                let number = String(1 + round * 7_919 % customers)
                let digits = String(repeating: "0", count: 10 - number.count) + number
                let (now, asked) = (Timestamp.now, Moment.now)
                let context = try await reader.load(
                    OtherSide(number: Private("+1\(digits)"), agent: agents[round % agents.count]),
                    of: Self.organization, at: now)
                // The first ones prepare statements and fill caches.
                if round >= 50 { waits.add(Moment.now - asked) }
                guard context.memories.count == CallContext.memoriesMax else { throw Trouble("too few memories") }
                guard context.patterns.count == CallContext.patternsMax else { throw Trouble("too few patterns") }
                guard round < Self.checked else { continue }
                let nearest = try await Self.best(of: context, at: now, questions, pool)
                guard context.memories.map(\.id) == nearest else { throw Trouble("recall is below 1") }
            }
            await pool.close()
            return waits.figure
        }
    }

    /// The same by hand: every memory of the customer, weighed here.
    private static func best(
        of context: CallContext, at now: Timestamp, _ questions: StandingQuestions, _ pool: PostgresPool
    ) async throws -> [MemoryID] {
        let rows = try await pool.query(
            """
            SELECT memory_id, relevance, updated_at, embedding FROM memories_v1
            WHERE organization_id = \(organization.uuid) AND customer_id = \(context.customer?.uuid)
            """)
        var weighed: [(MemoryID, Double)] = []
        for row in rows {
            let (id, relevance, told, place) = try row.decode(UUID.self, Double.self, Timestamp.self, HalfVector.self)
            let nearest = questions.places.map { cosine($0.elements, place.elements) }.max() ?? 0
            let age = Double(now.microseconds - told.microseconds) / 1_000_000
            let share = 1 / exp2(age / Double(ContextReader.halfLife.components.seconds))
            weighed.append((MemoryID(id), (relevance + nearest) * share))
        }
        return weighed.sorted { $0.1 > $1.1 }.prefix(CallContext.memoriesMax).map(\.0)
    }

    private static func cosine(_ one: [Float16], _ other: [Float16]) -> Double {
        var (product, first, second) = (0.0, 0.0, 0.0)
        for (left, right) in zip(one, other) {
            product += Double(left) * Double(right)
            first += Double(left) * Double(left)
            second += Double(right) * Double(right)
        }
        return product / (first * second).squareRoot()
    }
}
