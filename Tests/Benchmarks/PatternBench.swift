import Crypto
import Domain
import Loop
import Postgres
import Store
import Wire

/// Many patterns of two organizations, in places that lie in heaps, as those of texts do.
struct PatternBench {
    private static let organizations = [UUID(value: 0xA1), UUID(value: 0xA2)]
    private static let space = EmbeddingSpace(provider: "bench", model: "heaps", version: 1, sameMeaning: 0.5)
    private static let heaps: Int64 = 200
    private static let nearest = 5
    /// Searches whose answer is compared with that of looking at every pattern by hand.
    private static let checked = 50
    /// A smaller part of the nearest is not good enough.
    private static let recallMin = 0.95

    private let bench: AppendBench

    init() throws { bench = try AppendBench() }

    func clear() { bench.clear() }

    func fill(_ count: Int) throws {
        try bench.fill { pool in
            try await pool.execute(
                """
                INSERT INTO patterns_v1 (pattern_id, organization_id, created_at, updated_at, agent_id, success_rate, uses,
                    version, kind, summary, embedding, embedding_space)
                WITH heaps AS MATERIALIZED (
                    SELECT h, (SELECT array_agg(random() - 0.5 + 0 * (h + i)) FROM generate_series(1, 768) AS i)::vector AS middle
                    FROM generate_series(0, \(Self.heaps - 1)) AS h
                )
                SELECT gen_random_uuid(), (\(Self.organizations))[1 + n % 2], now(), now(), NULL, 0.9, 20, 1, 'phrasing',
                    'Say something about matter ' || n, (middle + (
                        SELECT array_agg((random() - 0.5) * 0.8 + 0 * (n + i)) FROM generate_series(1, 768) AS i)::vector
                    )::halfvec, \(Self.space.name)
                FROM generate_series(1, \(Int64(count))) AS n JOIN heaps ON h = n % \(Self.heaps)
                """)
            try await pool.execute("VACUUM ANALYZE patterns_v1")
        }
    }

    /// All that the route does but for HTTP and the question's own place.
    func searches(_ count: Int) throws -> Figure {
        let configuration = try bench.configuration()
        return try Loops.run(1, name: "patterns") { loops in
            let pool = PostgresPool(configuration, on: loops.first)
            let log = try await EventLog.read(through: .pool(pool))
            let own = Self.organizations[0]
            let reader = SearchReader(TenantDatabase(OrganizationID(own), in: pool, log: log))
            let places = try await pool.query(
                "SELECT embedding FROM patterns_v1 WHERE organization_id = \(own) ORDER BY pattern_id LIMIT 200"
            ).map { try $0.decode(HalfVector.self) }
            let (waits, warmUp) = (Waits(), 20)
            var (found, wanted) = (0, 0)
            for round in 0..<(count + warmUp) {
                // Between a pattern and another one, where no pattern is.
                let (one, other) = (
                    places[round * 7_919 % places.count], places[(round * 104_729 + 1) % places.count]
                )
                let between = zip(one.elements, other.elements).map { Float($0) * 0.8 + Float($1) * 0.2 }
                guard let point = Embedding(between, in: Self.space) else { throw Trouble("a place in the middle") }
                let wish = SearchWish(Private("zzz"), in: [.pattern], near: point, limit: Self.nearest)
                let asked = Moment.now
                let hits = try await reader.find(wish)
                // The first ones prepare statements and fill caches.
                if round >= warmUp { waits.add(Moment.now - asked) }
                guard round < Self.checked else { continue }
                let best = Set(try await Self.best(near: point, of: own, pool))
                (found, wanted) = (found + hits.count { best.contains($0.id) }, wanted + best.count)
            }
            await pool.close()
            let recall = Double(found) / Double(wanted)
            guard recall >= Self.recallMin else { throw Trouble("recall is \(recall.short)") }
            return waits.figure(", recall \(recall.short)")
        }
    }

    /// The same by looking at each, and at nothing else.
    private static func best(near point: Embedding, of own: UUID, _ pool: PostgresPool) async throws -> [UUID] {
        try await pool.query(
            """
            SELECT pattern_id FROM patterns_v1 WHERE organization_id = \(own)
            ORDER BY embedding <=> \(HalfVector(point.values.map { Float16($0) })) LIMIT \(Int64(nearest))
            """
        ).map { try $0.decode(UUID.self) }
    }
}
