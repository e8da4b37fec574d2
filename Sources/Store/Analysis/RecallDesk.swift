import Crypto
package import Domain
package import Postgres

/// Holds what the index of texts finds against what looking at each would find: an index that forgets is not noticed by who
/// searches.
package struct RecallDesk: Sendable {
    package struct Figure: Hashable, Sendable {
        package let organization: OrganizationID
        /// Which part of the nearest was found, over all questions.
        package let recall: Double
        package let questions: Int
    }

    /// Below it somebody has to look: the index is rebuilt, or its settings are changed.
    package static let recallMin = 0.95
    /// With fewer texts there is nothing to be lost.
    package static let textsMin: Int64 = 100
    package static let questionsMax: Int64 = 20
    package static let nearest: Int32 = 10

    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    /// Of each organization with so many texts in one space. Questions are the organization's own texts.
    package func figures(textsMin: Int64 = textsMin, until isOver: () -> Bool = { false }) async throws -> [Figure] {
        let houses = try await pool.query(
            """
            SELECT organization_id, embedding_space FROM search_texts_v1 WHERE embedding IS NOT NULL
            GROUP BY organization_id, embedding_space HAVING count(*) >= \(textsMin) ORDER BY organization_id
            """
        ).map { try $0.decode(UUID.self, String.self) }
        var figures: [Figure] = []
        for (organization, space) in houses where !isOver() {
            figures.append(try await figure(organization, space))
        }
        return figures
    }

    /// Places and not texts are compared: of equal texts any is as good as the other. The scale of half precision is finer than what
    /// is added.
    private func figure(_ organization: UUID, _ space: String) async throws -> Figure {
        let (recall, questions) = try await pool.query(
            """
            WITH asked AS MATERIALIZED (
                SELECT text_id, embedding FROM search_texts_v1
                WHERE organization_id = \(organization) AND embedding_space = \(space)
                ORDER BY md5(text_id::text || current_date) LIMIT \(Self.questionsMax)
            ), judged AS (
                SELECT (SELECT count(*) FROM nearest_texts(\(organization), \(space), a.embedding, \(Self.nearest)) AS n
                        WHERE n.similarity >= e.least - 1e-6)::float8 / e.count AS part
                FROM asked AS a CROSS JOIN LATERAL (
                    SELECT min(similarity) AS least, count(*) FROM (
                        SELECT 1 - (t.embedding <=> a.embedding) AS similarity FROM search_texts_v1 AS t
                        WHERE t.organization_id = \(organization) AND t.embedding_space = \(space)
                        ORDER BY t.embedding <=> a.embedding LIMIT \(Self.nearest)) AS x
                ) AS e
            )
            SELECT coalesce(avg(least(part, 1)), 1)::float8, count(*) FROM judged
            """
        ).one.decode(Double.self, Int.self)
        return Figure(organization: OrganizationID(organization), recall: recall, questions: questions)
    }
}
