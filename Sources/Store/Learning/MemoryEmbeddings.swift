import Crypto
package import Domain
package import Postgres
import Wire

/// Gives memories their places among texts, some at a time: places that were reckoned before are taken from the cache.
package struct MemoryEmbeddings: Sendable {
    /// How many are placed at once. Then their customers' rows are free again.
    package static let batchMax = 64
    /// Known to be as like as this or more is found; the judge decides what it means.
    private static let distanceMax = 1 - MemoryJudge.sameLikeness

    private let pool: PostgresPool
    private let embedder: any Embedder
    /// Whether places in other spaces are reckoned anew. Not by whoever only stands in for a better one: two processes would undo
    /// each other's work for ever.
    private let replacesOthers: Bool

    package init(_ pool: PostgresPool, _ embedder: any Embedder, replacesOthers: Bool) {
        (self.pool, self.embedder, self.replacesOthers) = (pool, embedder, replacesOthers)
    }

    private struct Waiting {
        let memory: UUID
        let customer: UUID
        let content: Private<String>
    }

    /// Is anything without a place at all? Cheap, and before anybody loads weights.
    package static func isWanted(through pool: PostgresPool) async throws -> Bool {
        try await pool.query("SELECT FROM memories_v1 WHERE embedding_space IS NULL LIMIT 1").count > 0
    }

    /// Answers how many got a place; 0 when none is left without.
    package func place() async throws -> Int {
        let waiting = try await self.waiting()
        if waiting.isEmpty { return 0 }
        try await placeQuestions()
        let places = try await places(of: waiting.map(\.content))
        let space = embedder.space.name
        let customers = Array(Set(waiting.map(\.customer))).sorted { $0.value < $1.value }
        return try await pool.withTransaction(retrying: .serializationFailures(attempts: 3)) { session in
            // Who forgets one of them waits for us, and takes its place along; whoever was quicker has left nothing to place.
            try await session.query(
                """
                SELECT FROM memory_owners_v1 WHERE customer_id = ANY(\(customers)) ORDER BY customer_id FOR SHARE
                """)
            var statements: [SQL] = []
            for (memory, place) in zip(waiting, places) {
                let same: SQL = "memory_id = \(memory.memory) AND content = \(memory.content.revealed)"
                statements.append(
                    "UPDATE memories_v1 SET embedding = \(place), embedding_space = \(space) WHERE \(same)")
                statements.append(
                    """
                    INSERT INTO embedding_cache (model, content_sha256, embedding)
                    SELECT \(space), \(EmbeddingCache.digest(of: memory.content)), \(place)
                    WHERE EXISTS (SELECT FROM memories_v1 WHERE \(same)) ON CONFLICT DO NOTHING
                    """)
            }
            _ = try await session.executeBatch(statements)
            return waiting.count
        }
    }

    /// Which of a customer's memories are as good as the same, and how like they are.
    package func likeness(
        of content: Private<String>, _ customer: CustomerID, _ organization: OrganizationID
    ) async throws -> [MemoryID: Double] {
        guard let place = try await places(of: [content]).first else { return [:] }
        let rows = try await pool.query(
            """
            SELECT memory_id, 1 - (embedding <=> \(place)) FROM memories_v1
            WHERE organization_id = \(organization.uuid) AND customer_id = \(customer.uuid)
                AND embedding_space = \(embedder.space.name) AND embedding <=> \(place) <= \(Self.distanceMax)
            """)
        var found: [MemoryID: Double] = [:]
        for row in rows {
            let (memory, likeness) = try row.decode(UUID.self, Double.self)
            found[MemoryID(memory)] = likeness
        }
        return found
    }

    private func waiting() async throws -> [Waiting] {
        let columns: SQL = "SELECT memory_id, customer_id, content FROM memories_v1"
        let limit: SQL = "ORDER BY memory_id LIMIT \(Int64(Self.batchMax))"
        let space = embedder.space.name
        var rows = try await pool.query("\(columns) WHERE embedding_space IS NULL \(limit)")
        if rows.isEmpty, replacesOthers {
            rows = try await pool.query(
                "\(columns) WHERE embedding_space < \(space) OR embedding_space > \(space) \(limit)")
        }
        return try rows.map { row in
            let (memory, customer, content) = try row.decode(UUID.self, UUID.self, String.self)
            return Waiting(memory: memory, customer: customer, content: Private(content))
        }
    }

    /// In their order.
    private func places(of texts: [Private<String>]) async throws -> [HalfVector] {
        let digests = texts.map { EmbeddingCache.digest(of: $0) }
        var known = try await EmbeddingCache.places(of: digests, in: embedder.space, through: pool)
        var missing: [Private<String>] = []
        for (text, digest) in zip(texts, digests) where known[digest] == nil && !missing.contains(text) {
            missing.append(text)
        }
        if !missing.isEmpty {
            for (text, made) in zip(missing, try await embedder.embed(missing)) {
                known[EmbeddingCache.digest(of: text)] = HalfVector(made.values.map { Float16($0) })
            }
        }
        return digests.compactMap { known[$0] }
    }

    /// Whoever takes calls reads them from here.
    private func placeQuestions() async throws {
        let texts = StandingQuestions.texts
        for (text, place) in zip(texts, try await places(of: texts)) {
            try await pool.execute(
                """
                INSERT INTO embedding_cache (model, content_sha256, embedding)
                VALUES (\(embedder.space.name), \(EmbeddingCache.digest(of: text)), \(place)) ON CONFLICT DO NOTHING
                """)
        }
    }
}
