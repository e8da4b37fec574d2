import Postgres

/// What is looked for in texts, by its words: how many of those asked for are there is how well a text fits.
package struct TextSearch: Sendable {
    package static let textLength = 1...1_000
    package static let limits = 1...100
    package static let limitUsual = 10

    package let text: String
    package let limit: Int
    /// From 0 to 1.
    package let similarityMin: Double

    package init(_ text: String, limit: Int = limitUsual, similarityMin: Double = 0) {
        self.text = text
        self.limit = limit
        self.similarityMin = similarityMin
    }

    /// The columns, with how well each row fits behind them; nothing where no word is there.
    func statement(_ view: SQL, _ columns: SQL, _ id: SQL, _ condition: SQL) -> SQL {
        """
        SELECT \(columns), similarity FROM (
            SELECT v.*, (
                SELECT count(*)::float8 / cardinality(asked.words) FROM unnest(asked.words) AS word
                WHERE word = ANY (tsvector_to_array(v.words))
            ) AS similarity
            FROM \(view) v CROSS JOIN (SELECT tsvector_to_array(to_tsvector('simple', \(text))) AS words) AS asked
            WHERE cardinality(asked.words) > 0 AND \(condition)
        ) AS found
        WHERE similarity > 0 AND similarity >= \(similarityMin)
        ORDER BY similarity DESC, created_at DESC, \(id) DESC LIMIT \(Int64(limit))
        """
    }
}
