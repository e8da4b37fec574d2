import Crypto
import Domain
import Postgres

/// A question as statements. Every word in them stands in this program; what was asked for comes in as values only.
struct FigureStatement {
    private let question: FigureQuestion
    private let organization: UUID

    init(_ question: FigureQuestion, of organization: UUID) {
        self.question = question
        self.organization = organization
    }

    // MARK: - Where from

    /// The slice that keeps apart whatever the question names; none if there is no such.
    private func slice(needsTally: Bool) -> SumSlice? {
        let named = Set(question.dimensions).union(question.filters.map(\.dimension))
        let slice: SumSlice? =
            if named.isEmpty {
                .day
            } else if named.isSubset(of: [.agent, .agentVersion]) {
                .agent
            } else if named == [.direction] {
                .direction
            } else if named == [.reason] {
                .reason
            } else {
                nil
            }
        return needsTally && slice?.hasTally == false ? nil : slice
    }

    /// All rows that are to be added up; nil if there is no time they could be from.
    private func rows(needsTally: Bool) -> SQL? {
        let slice = slice(needsTally: needsTally)
        let pieces = FigurePieces(question.period, slice)
        var branches: [SQL] = []
        if let slice, !pieces.days.isEmpty { branches.append(sums(slice, pieces.days)) }
        if !pieces.hours.isEmpty { branches.append(sums(.hour, pieces.hours)) }
        if !pieces.calls.isEmpty { branches.append(calls(pieces.calls)) }
        guard let first = branches.first else { return nil }
        return branches.dropFirst().reduce(first) { "\($0) UNION ALL \($1)" }
    }

    /// `OFFSET 0` makes of each span a look into the index.
    private func sums(_ slice: SumSlice, _ spans: FigurePieces.Spans) -> SQL {
        """
        SELECT p.part\(dimensions(\.ofSum)), s.currency, s.tally, \(Self.measures)
        FROM unnest(\(spans.parts), \(spans.begins), \(spans.ends)) AS p(part, begins, ends)
        CROSS JOIN LATERAL (
            SELECT * FROM call_sums AS s WHERE organization_id = \(organization) AND slice = \(slice.rawValue)
                AND s.begins >= p.begins AND s.begins < p.ends \(conditions(\.ofSum)) OFFSET 0) AS s
        """
    }

    private func calls(_ spans: FigurePieces.Spans) -> SQL {
        let named = Set(question.dimensions).union(question.filters.map(\.dimension))
        let customers: SQL =
            named.contains(.segment)
            ? """
            LEFT JOIN customers AS u ON u.customer_id = c.customer_id AND u.organization_id = \(organization)
            """ : ""
        return """
            SELECT p.part\(dimensions(\.ofCall)), coalesce(c.currency, '') AS currency, c.tally, \(Self.ofCall)
            FROM unnest(\(spans.parts), \(spans.begins), \(spans.ends)) AS p(part, begins, ends)
            CROSS JOIN LATERAL (
                SELECT * FROM calls WHERE organization_id = \(organization)
                    AND started_at >= p.begins AND started_at < p.ends OFFSET 0) AS c
            \(customers) WHERE true \(conditions(\.ofCall))
            """
    }

    private func conditions(_ expression: KeyPath<FigureDimension, SQL>) -> SQL {
        question.filters.reduce("") { "\($0) AND \($1.condition(on: $1.dimension[keyPath: expression]))" }
    }

    private func dimensions(_ expression: KeyPath<FigureDimension, SQL>) -> SQL {
        zip(question.dimensions, Self.names).reduce("") { "\($0), \($1.0[keyPath: expression]) AS \($1.1)" }
    }

    private static let names: [SQL] = ["d0", "d1", "d2"]

    /// `part, d0, d1`: by what rows are put together.
    private var key: SQL { zip(question.dimensions, Self.names).reduce("part") { "\($0), \($1.1)" } }

    // MARK: - What is asked

    /// The measures of each group, in the order that is wanted, one more than the limit.
    var groups: SQL? {
        guard let rows = rows(needsTally: false) else { return nil }
        return """
            WITH rows AS (\(rows))
            SELECT \(key), \(SumChanges.sums) FROM rows GROUP BY \(key) HAVING sum(calls) <> 0
            ORDER BY \(order) LIMIT \(Int64(question.limit) + 1)
            """
    }

    private var order: SQL {
        let wishes: SQL = question.order.reduce("") { sofar, wish in
            let name: SQL =
                switch wish.by {
                case .time: "part"
                case .measure(let measure): measure.expression
                case .dimension(let dimension):
                    zip(question.dimensions, Self.names).first { $0.0 == dimension }?.1 ?? "part"
                }
            return wish.descends ? "\(sofar)\(name) DESC NULLS LAST, " : "\(sofar)\(name) NULLS LAST, "
        }
        return "\(wishes)\(key)"
    }

    /// Only those groups that `groups` tells of.
    private func told(_ table: SQL) -> SQL {
        guard !question.dimensions.isEmpty, let groups else { return table }
        return "\(table) JOIN (\(groups)) AS told USING (\(key))"
    }

    /// What each group cost, for each currency.
    var costs: SQL? {
        guard let rows = rows(needsTally: false) else { return nil }
        return """
            WITH costs AS (\(rows))
            SELECT \(key), currency, sum(costs.settled)::bigint, sum(costs.stt_micros)::bigint,
                sum(costs.llm_micros)::bigint, sum(costs.tts_micros)::bigint, sum(costs.telephony_micros)::bigint,
                sum(costs.analysis_micros)::bigint
            FROM \(told("costs")) WHERE currency <> '' GROUP BY \(key), currency HAVING sum(costs.settled) <> 0
            ORDER BY \(key), currency
            """
    }

    /// For each group and stage how many turns there are, and the buckets that the percentiles fall into; for moods how many.
    var tallies: SQL? {
        guard let rows = rows(needsTally: true) else { return nil }
        return """
            WITH tallies AS (\(rows)), counted AS (
                SELECT \(key), tally_code(number) AS code, sum(tally_count(number))::bigint AS count
                FROM \(told("tallies")), LATERAL unnest(tallies.tally) AS number
                WHERE \(stages) GROUP BY \(key), code
            ), ranked AS (
                SELECT *, code >> 10 AS stage, code & 1023 AS bucket,
                    sum(count) OVER (PARTITION BY \(key), code >> 10) AS total,
                    sum(count) OVER (PARTITION BY \(key), code >> 10 ORDER BY code) AS upto
                FROM counted WHERE count <> 0
            )
            SELECT \(key), stage::int, total::bigint, min(bucket) FILTER (WHERE upto * 100 >= total * 50),
                min(bucket) FILTER (WHERE upto * 100 >= total * 90), min(bucket) FILTER (WHERE upto * 100 >= total * 95),
                min(bucket) FILTER (WHERE upto * 100 >= total * 99), CASE WHEN stage = \(Int64(CallTally.moods)) THEN
                    array_agg((bucket << 32) + count ORDER BY bucket) ELSE '{}' END
            FROM ranked GROUP BY \(key), stage, total
            """
    }

    private var stages: SQL {
        let moods = Int64(CallTally.moods * CallTally.bucketsMax)
        if !question.parts.contains(.moods) { return "number < \(moods << 32 - 1 << 31)" }
        if !question.parts.contains(.latencies) { return "number >= \(moods << 32 - 1 << 31)" }
        return "true"
    }

    // MARK: - Columns

    /// The same names for what is summed already and for what a call's row tells.
    private static let measures: SQL =
        """
        s.calls, s.answered, s.ended, s.failed, s.judged, s.successful, s.rated, s.sentiment_micros, s.positive,
        s.negative, s.duration_ms, s.turns, s.tool_uses, s.interruptions, s.errors, s.fallbacks, s.settled,
        s.stt_micros, s.llm_micros, s.tts_micros, s.telephony_micros, s.analysis_micros
        """

    private static let ofCall: SQL =
        """
        1::bigint AS calls, (c.answered_at IS NOT NULL)::int::bigint AS answered,
        (c.ended_at IS NOT NULL)::int::bigint AS ended,
        coalesce(c.fault_owner IN ('carrier', 'provider') OR (c.fault_owner = 'us'
            AND c.ended_reason NOT IN ('agent_hung_up', 'transferred', 'stopped')), false)::int::bigint AS failed,
        (c.success IS NOT NULL)::int::bigint AS judged, coalesce(c.success, false)::int::bigint AS successful,
        (c.sentiment IS NOT NULL)::int::bigint AS rated,
        coalesce(round(c.sentiment * 1000000), 0)::bigint AS sentiment_micros,
        coalesce(round(c.sentiment * 1000000) >= \(CallMeasures.moodMin), false)::int::bigint AS positive,
        coalesce(round(c.sentiment * 1000000) <= \(-CallMeasures.moodMin), false)::int::bigint AS negative,
        least(greatest(coalesce(c.duration_ms, 0), 0), \(CallTotals.durationMax)) AS duration_ms, c.turns, c.tool_uses,
        c.interruptions, c.errors, c.fallbacks, (c.currency IS NOT NULL)::int::bigint AS settled,
        least(greatest(coalesce(c.stt_micros, 0), 0), \(CallMeasures.costMax)) AS stt_micros,
        least(greatest(coalesce(c.llm_micros, 0), 0), \(CallMeasures.costMax)) AS llm_micros,
        least(greatest(coalesce(c.tts_micros, 0), 0), \(CallMeasures.costMax)) AS tts_micros,
        least(greatest(coalesce(c.telephony_micros, 0), 0), \(CallMeasures.costMax)) AS telephony_micros,
        least(greatest(coalesce(c.analysis_micros, 0), 0), \(CallMeasures.costMax)) AS analysis_micros
        """
}
