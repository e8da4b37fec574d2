import Crypto
package import Domain
import Postgres

/// Places of texts that were reckoned before, by what the texts say: `embedding_cache`.
package enum EmbeddingCache {
    /// The same as Postgres' `sha256(convert_to(content, 'UTF8'))`.
    package static func digest(of text: Private<String>) -> [UInt8] {
        HashFunction.sha256.digest(of: Array(text.revealed.utf8))
    }

    /// Those of one space that are known, by the digests of their texts.
    static func places(
        of digests: [[UInt8]], in space: EmbeddingSpace, through pool: PostgresPool
    ) async throws -> [[UInt8]: HalfVector] {
        let rows = try await pool.query(
            """
            SELECT content_sha256, embedding FROM embedding_cache
            WHERE model = \(space.name) AND content_sha256 = ANY (\(digests))
            """)
        var places: [[UInt8]: HalfVector] = [:]
        for row in rows {
            let (digest, place) = try row.decode([UInt8].self, HalfVector.self)
            places[digest] = place
        }
        return places
    }
}
