import Crypto
package import Domain
package import Postgres
import Wire

/// What every agent would like to know of whoever calls. Their places among texts are reckoned once for each space and kept in
/// the embedding cache, so that no call waits for an embedding.
package struct StandingQuestions: Hashable, Sendable {
    package static let texts: [Private<String>] = [
        Private("What problems did the customer have before?"), Private("What does the customer prefer?"),
        Private("What was the customer promised?"),
    ]

    /// Of the space that holds their places, and the places.
    package let space: String
    package let places: [HalfVector]

    /// Nil while nobody has reckoned them. Of several spaces that of the newest places, which is the one in use.
    package static func find(through pool: PostgresPool) async throws -> StandingQuestions? {
        let digests = texts.map { EmbeddingCache.digest(of: $0) }
        let rows = try await pool.query(
            """
            SELECT model, embedding FROM embedding_cache WHERE content_sha256 = ANY(\(digests))
            ORDER BY created_at DESC, model LIMIT \(Int64(texts.count))
            """)
        var places: [HalfVector] = []
        var space: String?
        for row in rows {
            let (model, place) = try row.decode(String.self, HalfVector.self)
            if model == space ?? model { places.append(place) }
            space = space ?? model
        }
        guard let space, places.count == texts.count else { return nil }
        return StandingQuestions(space: space, places: places)
    }
}
