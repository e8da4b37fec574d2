package import Crypto
package import Domain
import Postgres
package import Wire

/// Where something is looked for.
package enum SearchKind: String, Hashable, Sendable, CaseIterable {
    /// What was said in calls, as it was heard.
    case transcript
    case summary
    case pattern
    case memory
}

/// What somebody looks for, by words and by meaning.
package struct SearchWish: Sendable {
    package static let limits = 1...100
    package static let limitUsual = 20
    /// How many of each kind of search are put together; who looks further has not found it.
    package static let candidatesMax = 200
    /// Of patterns by their meaning: as many as a page holds. Each hundred more costs as much as the first.
    package static let nearPatternsMax = limits.upperBound
    /// So many patterns are looked at one by one, and more by their index.
    package static let patternsFew = 1_000
    /// A text in so many places before another one is not so many times better than it (reciprocal rank fusion).
    static let rankOffset = 60

    package struct Place: Hashable, Sendable {
        package let score: Int64
        package let id: UUID

        package init(score: Int64, id: UUID) { (self.score, self.id) = (score, id) }
    }

    package let text: Private<String>
    package var kinds: Set<SearchKind>
    package var customer: CustomerID?
    package var agent: AgentID?
    /// Nil where nobody can say what it means: then words decide alone.
    package var point: Embedding?
    package var after: Place?
    package var limit: Int

    package init(
        _ text: Private<String>, in kinds: Set<SearchKind> = Set(SearchKind.allCases), of customer: CustomerID? = nil,
        agent: AgentID? = nil, near point: Embedding? = nil, after: Place? = nil, limit: Int = limitUsual
    ) {
        (self.text, self.kinds, self.customer, self.agent) = (text, kinds, customer, agent)
        (self.point, self.after, self.limit) = (point, after, limit)
    }

    /// What is less like it has nothing to do with it.
    package static let similarityMin = 0.2

    /// Those that not every text has, or all where there are no others.
    var words: [String] {
        let all = SpokenWords.of(text.revealed)
        let telling = SpokenWords.telling(all)
        return telling.isEmpty ? all : telling
    }
}

/// Something that was found.
package struct SearchHit: Sendable {
    package let kind: SearchKind
    package let id: UUID
    package let call: CallID?
    package let customer: CustomerID?
    package let speaker: SegmentState.Speaker?
    package let text: Private<String>
    package let at: Timestamp
    package let score: Int64
    /// Of the meaning; nil where only words told.
    package let similarity: Double?

    package var place: SearchWish.Place { SearchWish.Place(score: score, id: id) }
}

/// Searches what was said, learned and remembered: each source by its words and by its meaning, put together by the places that a text
/// has in each, in one statement.
package struct SearchReader: Sendable {
    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    private var own: UUID { database.organization.uuid }

    /// The best first.
    package func find(_ wish: SearchWish) async throws -> [SearchHit] {
        let arms = arms(wish)
        guard let first = arms.first else { return [] }
        let placed = arms.dropFirst().reduce(first) { "\($0) UNION ALL \($1)" }
        let behind: SQL = wish.after.map { "(score, id) < (\($0.score), \($0.id))" } ?? "true"
        return try await database.query(
            """
            WITH asked AS MATERIALIZED (
                SELECT string_agg(plainto_tsquery('simple', word)::text, ' | ')::tsquery AS any_word
                FROM unnest(\(wish.words)) AS word WHERE plainto_tsquery('simple', word)::text <> ''
            ), placed AS (\(placed)), fused AS (
                SELECT source, id, (1e9 * sum(1.0 / (\(Int32(SearchWish.rankOffset)) + place)))::bigint AS score,
                    max(similarity) AS similarity
                FROM placed GROUP BY source, id
            ), page AS (
                SELECT * FROM fused WHERE \(behind) ORDER BY score DESC, id DESC LIMIT \(Int64(wish.limit))
            )
            SELECT coalesce(CASE WHEN t.kind = 'summary' THEN 'summary' WHEN t.kind IS NOT NULL THEN 'transcript' END, source),
                page.id, coalesce(t.call_id, p.call_id, m.call_id), m.customer_id,
                CASE WHEN t.kind <> 'summary' THEN t.kind END, coalesce(t.text, p.summary, m.content),
                coalesce(t.said_at, p.created_at, m.created_at), score, similarity
            FROM page
            LEFT JOIN search_texts AS t ON source = 'text' AND t.text_id = page.id AND t.organization_id = \(own)
            LEFT JOIN patterns AS p ON source = 'pattern' AND p.pattern_id = page.id AND p.organization_id = \(own)
            LEFT JOIN memories AS m ON source = 'memory' AND m.memory_id = page.id AND m.organization_id = \(own)
            ORDER BY score DESC, page.id DESC
            """
        ).map(Self.hit)
    }

    private static func hit(_ row: PostgresRow) throws -> SearchHit {
        var reader = RowReader(row)
        guard let kind = try reader.word(SearchKind.self) else { throw ReadModelIsForeign(what: "a kind of text") }
        return SearchHit(
            kind: kind, id: try reader.next(), call: try reader.id(CallID?.self),
            customer: try reader.id(CustomerID?.self), speaker: try reader.word(SegmentState.Speaker.self),
            text: Private(try reader.next(String.self)), at: try reader.next(), score: try reader.next(),
            similarity: try reader.next())
    }

    // MARK: - One way to look at one source

    private func arms(_ wish: SearchWish) -> [SQL] {
        let point = wish.point.map { HalfVector($0.values.map { Float16($0) }) }
        let space = wish.point?.space.name
        let count = Int32(SearchWish.candidatesMax)
        var arms: [SQL] = []
        let spoken = Self.spoken(wish.kinds)
        if !spoken.isEmpty {
            let wanted: SQL = "t.organization_id = \(own) AND t.kind = ANY (\(spoken)) AND \(isOfCall(wish))"
            arms.append(byWords("search_texts", "text", "text_id", "said_at", wanted))
            if let point, let space {
                arms.append(
                    """
                    (SELECT 'text', n.text_id, row_number() OVER (ORDER BY n.similarity DESC, n.text_id), n.similarity
                    FROM nearest_texts(\(own), \(space), \(point), \(count)) AS n
                    JOIN search_texts AS t USING (text_id)
                    WHERE n.similarity >= \(SearchWish.similarityMin) AND \(wanted))
                    """)
            }
        }
        if wish.kinds.contains(.pattern), wish.customer == nil {
            let agent = wish.agent?.uuid
            arms.append(
                """
                (SELECT 'pattern' AS source, t.pattern_id AS id, n.place, NULL::float8 AS similarity
                FROM asked, patterns_with_words(\(own), \(agent), asked.any_word, \(Int32(SearchWish.candidatesMax)))
                    WITH ORDINALITY AS n(id, place)
                JOIN patterns AS t ON t.pattern_id = n.id WHERE t.organization_id = \(own))
                """)
            if let point, let space {
                let (count, few) = (Int32(SearchWish.nearPatternsMax), Int32(SearchWish.patternsFew))
                arms.append(
                    """
                    (SELECT 'pattern', n.pattern_id, row_number() OVER (ORDER BY n.similarity DESC, n.pattern_id), n.similarity
                    FROM nearest_patterns(\(own), \(agent), \(space), \(point), \(count), \(few)) AS n
                    WHERE n.similarity >= \(SearchWish.similarityMin))
                    """)
            }
        }
        // What is remembered is the customer's, whichever agent heard it.
        if wish.kinds.contains(.memory), wish.agent == nil {
            let whose: SQL = wish.customer.map { "t.customer_id = \($0.uuid)" } ?? "true"
            arms.append(
                byWords("memories", "memory", "memory_id", "created_at", "t.organization_id = \(own) AND \(whose)"))
            if let point, let space {
                // Each is looked at: an index of everybody's would give the nearest of all, and lose most of them to the condition.
                arms.append(
                    """
                    (SELECT 'memory', t.memory_id, row_number() OVER (ORDER BY t.embedding <=> \(point), t.memory_id),
                        1 - (t.embedding <=> \(point))
                    FROM memories AS t WHERE t.organization_id = \(own) AND \(whose) AND t.embedding_space = \(space)
                        AND 1 - (t.embedding <=> \(point)) >= \(SearchWish.similarityMin)
                    ORDER BY 3 LIMIT \(Int64(SearchWish.candidatesMax)))
                    """)
            }
        }
        return arms
    }

    private static func spoken(_ kinds: Set<SearchKind>) -> [String] {
        var words: [SearchText] = []
        if kinds.contains(.transcript) { words += [.caller, .agent] }
        if kinds.contains(.summary) { words.append(.summary) }
        return words.map(\.rawValue)
    }

    private func isOfCall(_ wish: SearchWish) -> SQL {
        if wish.customer == nil, wish.agent == nil { return "true" }
        let whose: SQL = wish.customer.map { "c.customer_id = \($0.uuid)" } ?? "true"
        let by: SQL = wish.agent.map { "c.agent_id = \($0.uuid)" } ?? "true"
        return """
            EXISTS (SELECT FROM calls AS c WHERE c.call_id = t.call_id AND c.organization_id = \(own) AND \(whose) AND \(by))
            """
    }

    /// The more of the words and the closer together, the better; of equals the newest.
    private func byWords(
        _ view: SQL, _ source: String, _ id: SQL, _ time: SQL, _ wanted: SQL
    ) -> SQL {
        """
        (SELECT \(source) AS source, t.\(id) AS id, row_number() OVER (
            ORDER BY ts_rank_cd(t.words, asked.any_word) DESC, t.\(time) DESC, t.\(id)) AS place, NULL::float8 AS similarity
        FROM \(view) AS t, asked WHERE t.words @@ asked.any_word AND \(wanted)
        ORDER BY 3 LIMIT \(Int64(SearchWish.candidatesMax)))
        """
    }
}
