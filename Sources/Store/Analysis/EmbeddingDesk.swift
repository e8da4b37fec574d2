import Crypto
package import Domain
package import Postgres
import Wire

/// Reckons embeddings of texts that wait for one, some at a time. Equal texts are reckoned once.
package struct EmbeddingDesk: Sendable {
    package static let batch = 64

    package struct Round: Hashable, Sendable {
        /// How many texts got one.
        package var texts = 0
        /// How many of those had to be reckoned.
        package var reckoned = 0

        package init() {}
    }

    private struct Waiting {
        let isPattern: Bool
        let id: UUID
        let text: Private<String>
        let digest: [UInt8]
    }

    private let pool: PostgresPool
    private let embedder: any Embedder

    package init(_ pool: PostgresPool, by embedder: any Embedder) { (self.pool, self.embedder) = (pool, embedder) }

    /// Until nothing waits.
    package func work(until isOver: () -> Bool = { false }) async throws -> Round {
        var sum = Round()
        while !isOver() {
            let round = try await round()
            if round.texts == 0 { break }
            (sum.texts, sum.reckoned) = (sum.texts + round.texts, sum.reckoned + round.reckoned)
        }
        return sum
    }

    package func round() async throws -> Round {
        let waiting = try await waiting()
        return waiting.isEmpty ? Round() : try await place(waiting)
    }

    private func place(_ waiting: [Waiting]) async throws -> Round {
        var points = try await EmbeddingCache.places(of: waiting.map(\.digest), in: embedder.space, through: pool)
        var missing: [[UInt8]: Private<String>] = [:]
        for text in waiting where points[text.digest] == nil { missing[text.digest] = text.text }
        let order = missing.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (text, point) in zip(order, try await embedder.embed(order.map(\.value))) {
            points[text.key] = HalfVector(point.values.map { Float16($0) })
        }
        var round = Round()
        (round.texts, round.reckoned) = (try await keep(waiting, points), order.count)
        return round
    }

    /// Reckons anew what has its place in another space: weights have changed. Those are found by their words alone until then. It goes
    /// through the texts once; whoever is interrupted finds what is left the next time. Answers how many got another place.
    package func moveOver(until isOver: () -> Bool = { false }) async throws -> Int {
        var count = 0
        for isPattern in [false, true] {
            var last = UUID(value: 0)
            while !isOver() {
                let elsewhere = try await elsewhere(isPattern, after: last)
                guard let end = elsewhere.last else { break }
                count += try await place(elsewhere).texts
                last = end.id
            }
        }
        return count
    }

    private func elsewhere(_ isPattern: Bool, after last: UUID) async throws -> [Waiting] {
        let (space, limit) = (embedder.space.name, Int64(Self.batch))
        let question: SQL =
            isPattern
            ? "SELECT pattern_id, summary FROM patterns_v1 WHERE pattern_id > \(last) AND embedding_space <> \(space) ORDER BY pattern_id LIMIT \(limit)"
            : "SELECT text_id, text FROM search_texts_v1 WHERE text_id > \(last) AND embedding_space <> \(space) ORDER BY text_id LIMIT \(limit)"
        return try await pool.query(question).map { row in
            let (id, text) = (try row.decode(UUID.self, at: 0), Private(try row.decode(String.self, at: 1)))
            return Waiting(isPattern: isPattern, id: id, text: text, digest: EmbeddingCache.digest(of: text))
        }
    }

    private func waiting() async throws -> [Waiting] {
        let limit = Int64(Self.batch)
        let texts = try await pool.query(
            "SELECT text_id, text, content_sha256 FROM search_texts_v1 WHERE embedding IS NULL ORDER BY said_at LIMIT \(limit)"
        ).map { row in
            let (id, text, digest) = try row.decode(UUID.self, String.self, [UInt8].self)
            return Waiting(isPattern: false, id: id, text: Private(text), digest: digest)
        }
        let patterns = try await pool.query(
            "SELECT pattern_id, summary FROM patterns_v1 WHERE embedding IS NULL ORDER BY created_at LIMIT \(limit)"
        ).map { row in
            let (id, summary) = try row.decode(UUID.self, String.self)
            let text = Private(summary)
            return Waiting(isPattern: true, id: id, text: text, digest: EmbeddingCache.digest(of: text))
        }
        return texts + patterns
    }

    /// A text that was forgotten meanwhile is not there any more, and so nothing of it is kept.
    private func keep(_ waiting: [Waiting], _ points: [[UInt8]: HalfVector]) async throws -> Int {
        let space = embedder.space.name
        return try await pool.withTransaction(retrying: .serializationFailures(attempts: 5)) { session in
            var (count, kept) = (0, Set<[UInt8]>())
            // All who write several of these rows go by their ids.
            for text in waiting.sorted(by: { $0.id < $1.id }) {
                guard let point = points[text.digest] else { continue }
                let change: SQL =
                    if text.isPattern {
                        """
                        UPDATE patterns_v1 SET embedding = \(point), embedding_space = \(space)
                        WHERE pattern_id = \(text.id) AND summary = \(text.text.revealed)
                        """
                    } else {
                        """
                        UPDATE search_texts_v1 SET embedding = \(point), embedding_space = \(space)
                        WHERE text_id = \(text.id) AND content_sha256 = \(text.digest)
                        """
                    }
                guard try await session.query(change).affected == 1 else { continue }
                count += 1
                guard kept.insert(text.digest).inserted else { continue }
                try await session.query(
                    """
                    INSERT INTO embedding_cache (model, content_sha256, embedding)
                    VALUES (\(space), \(text.digest), \(point)) ON CONFLICT DO NOTHING
                    """)
            }
            return count
        }
    }
}
