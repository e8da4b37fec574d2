import Crypto
package import Domain
import Loop
package import Postgres
package import Wire

/// Finds what is known of the other side of a call: three questions in one round trip, none of which waits for an embedding. On its
/// pool's loop alone, which is why `@unchecked` holds.
package final class ContextReader: @unchecked Sendable {
    /// After so long a memory weighs half, until it is told again.
    package static let halfLife = Duration.seconds(90 * 86_400)
    /// A memory of which nobody said how much it matters.
    static let relevanceUsual = 0.5
    /// Longer than anybody waits for it, and short enough not to heap up.
    static let patience = Duration.seconds(2)
    /// How often the questions' places are looked for, and looked at again once they are known.
    static let questionsUnknown = Duration.seconds(10)
    static let questionsKnown = Duration.seconds(600)

    private let pool: PostgresPool
    private var questions: StandingQuestions?

    package init(_ pool: PostgresPool) { self.pool = pool }

    /// Keeps the places of the standing questions at hand, until it is cancelled.
    package func keepQuestions() async {
        while !Task.isCancelled {
            await lookForQuestions()
            let pause = questions == nil ? Self.questionsUnknown : Self.questionsKnown
            do { try await pool.loop.sleep(for: pause) } catch { return }
        }
    }

    /// What can't be read stays as it was: without places memories are ordered by weight and age.
    package func lookForQuestions() async {
        if let found = try? await StandingQuestions.find(through: pool) { questions = found }
    }

    package func load(_ other: OtherSide, of organization: OrganizationID, at now: Timestamp) async throws
        -> CallContext
    {
        let who = Self.who(other, organization)
        let answers = try await pool.query(
            [
                "WITH who AS (\(who)) SELECT customer_id, name FROM who",
                Self.memories(of: who, organization, questions, now), Self.patterns(of: other.agent, organization),
            ], under: TenantDatabase.wall(around: organization), timeout: Self.patience)
        var context = CallContext()
        if let row = answers[0].first {
            let (customer, name) = try row.decode(UUID.self, String?.self)
            (context.customer, context.name) = (CustomerID(customer), name.map { Private($0) })
        }
        let memories = try answers[1].map(Self.memory)
        context.memories = Array(memories.prefix(CallContext.memoriesMax))
        context.hasMore = memories.count > context.memories.count
        context.patterns = try answers[2].map { row in
            let (id, summary) = try row.decode(UUID.self, String.self)
            return CallContext.Pattern(id: PatternID(id), summary: Private(summary))
        }
        if context.memories.contains(where: { $0.similarity != nil }) { context.embeddingSpace = questions?.space }
        return context
    }

    /// Those nearest to a point, besides what is given already.
    package func recall(
        near point: Embedding, besides context: CallContext, of organization: OrganizationID
    ) async throws -> [CallContext.Memory] {
        guard let customer = context.customer else { return [] }
        let place = HalfVector(point.values.map { Float16($0) })
        let whose: SQL =
            """
            m.customer_id IN (SELECT \(customer.uuid)::uuid UNION ALL
                SELECT o.customer_id FROM memory_owners_v1 o
                WHERE o.merged_into = \(customer.uuid) AND o.organization_id = \(organization.uuid))
            """
        return try await pool.query(
            [
                """
                SELECT m.memory_id, m.kind, m.content, m.version, m.updated_at, 1 - (m.embedding <=> \(place))
                FROM memories m WHERE m.organization_id = \(organization.uuid) AND \(whose)
                    AND m.memory_id <> ALL (\(context.memories.map(\.id.uuid))) AND m.embedding_space = \(point.space.name)
                    AND 1 - (m.embedding <=> \(place)) >= \(CallContext.recallSimilarityMin)
                ORDER BY m.embedding <=> \(place), m.memory_id LIMIT \(Int64(CallContext.recalledMax))
                """
            ], under: TenantDatabase.wall(around: organization), timeout: Self.patience)[0].map(Self.memory)
    }

    package func find(_ other: OtherSide, of organization: OrganizationID) async throws -> CustomerID? {
        try await pool.query([Self.who(other, organization)], under: TenantDatabase.wall(around: organization))[0]
            .first.map { CustomerID(try $0.decode(UUID.self, String?.self).0) }
    }

    // MARK: - The questions

    /// At most one row. Who was merged is who they turned out to be; who is forgotten is nobody.
    ///
    /// `CASE` and no `coalesce`, which might tell of rows before the wall has judged them, as Postgres sees it: the row would be looked
    /// for among all of the organization's customers instead of in the index.
    private static func who(_ other: OtherSide, _ organization: OrganizationID) -> SQL {
        let named: SQL =
            if let customer = other.customer {
                "SELECT \(customer.uuid)::uuid AS customer_id"
            } else {
                """
                SELECT customer_id FROM customer_handles WHERE organization_id = \(organization.uuid)
                    AND kind = 'phone' AND handle = \(other.number?.revealed)
                """
            }
        return """
            SELECT c.customer_id, c.name FROM (\(named)) AS n
            JOIN customers AS o ON o.customer_id = n.customer_id AND o.organization_id = \(organization.uuid)
            JOIN customers AS c ON c.customer_id =
                    CASE WHEN o.merged_into IS NULL THEN o.customer_id ELSE o.merged_into END
                AND c.organization_id = \(organization.uuid) AND c.erased_at IS NULL
            """
    }

    /// A customer has some hundred at most, so the nearest are found by looking at each. What was superseded or forgotten has no row.
    private static func memories(
        of who: SQL, _ organization: OrganizationID, _ questions: StandingQuestions?, _ now: Timestamp
    ) -> SQL {
        let similarity: SQL =
            if let questions {
                """
                CASE WHEN m.embedding_space = \(questions.space)
                    THEN greatest(-1, least(1, 1 - least(\(distances(questions))))) END
                """
            } else {
                "NULL::float8"
            }
        return """
            WITH who AS (\(who)), owners AS (
                SELECT customer_id FROM who UNION ALL
                SELECT o.customer_id FROM memory_owners_v1 o JOIN who ON o.merged_into = who.customer_id
                WHERE o.organization_id = \(organization.uuid)
            )
            SELECT m.memory_id, m.kind, m.content, m.version, m.updated_at, s.similarity
            FROM memories m JOIN owners USING (customer_id) CROSS JOIN LATERAL (SELECT \(similarity) AS similarity) AS s
            WHERE m.organization_id = \(organization.uuid)
            ORDER BY (coalesce(m.relevance, \(relevanceUsual)) + coalesce(s.similarity, 0)) * power(
                    0.5, greatest(0, extract(epoch FROM \(now) - m.updated_at)::float8)
                        / \(Double(halfLife.components.seconds))) DESC,
                m.created_at DESC, m.memory_id DESC
            LIMIT \(Int64(CallContext.memoriesMax) + 1)
            """
    }

    private static func distances(_ questions: StandingQuestions) -> SQL {
        var list: SQL = "2"
        for place in questions.places { list = "\(list), m.embedding <=> \(place)" }
        return list
    }

    private static func patterns(of agent: AgentID?, _ organization: OrganizationID) -> SQL {
        """
        SELECT pattern_id, summary FROM patterns
        WHERE organization_id = \(organization.uuid) AND retired_at IS NULL
            AND (agent_id IS NULL OR agent_id = \(agent?.uuid))
            AND uses >= \(Int64(PatternJudgement.offerCallsMin)) AND success_low >= \(PatternJudgement.offerLowMin)
        ORDER BY success_rate DESC, uses DESC, pattern_id LIMIT \(Int64(CallContext.patternsMax))
        """
    }

    private static func memory(_ row: PostgresRow) throws -> CallContext.Memory {
        var reader = RowReader(row)
        let id = try reader.id(MemoryID.self)
        guard let kind = try reader.word(MemoryKind.self) else { throw ReadModelIsForeign(what: "a memory") }
        return CallContext.Memory(
            id: id, kind: kind, content: Private(try reader.next(String.self)),
            version: try reader.next(Int32?.self).map { Int($0) }, toldAt: try reader.next(),
            similarity: try reader.score())
    }
}
