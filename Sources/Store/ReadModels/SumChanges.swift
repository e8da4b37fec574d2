import Crypto
import Domain
import Postgres
import Wire

/// By how much the sums change that analytics are read from. A call that changed takes away what it added and adds what it is
/// now, wherever that belongs: so a correction moves figures and never counts twice.
struct SumChanges {
    struct Key: Hashable {
        let organization: UUID
        let slice: SumSlice
        let begins: Instant
        let value: String
        /// Empty but for costs.
        let currency: String
    }

    struct Change {
        var measures = CallMeasures()
        var tally = CallTally()
    }

    private var changes: [Key: Change] = [:]

    mutating func replace(_ old: CallShare?, by new: CallShare, of organization: UUID) {
        if old == new { return }
        if let old { add(old, -1, of: organization) }
        add(new, 1, of: organization)
    }

    private mutating func add(_ share: CallShare, _ sign: Int, of organization: UUID) {
        for slice in SumSlice.allCases {
            let begins = slice == .hour ? share.hour : share.day
            func key(_ currency: String) -> Key {
                Key(
                    organization: organization, slice: slice, begins: begins, value: share.value(in: slice),
                    currency: currency)
            }
            let tally = slice.hasTally ? share.tally : CallTally()
            if sign > 0 {
                changes[key(""), default: Change()].measures += share.measures
                changes[key(""), default: Change()].tally += tally
            } else {
                changes[key(""), default: Change()].measures -= share.measures
                changes[key(""), default: Change()].tally -= tally
            }
            guard let currency = share.currency else { continue }
            if sign > 0 {
                changes[key(currency), default: Change()].measures += share.costs
            } else {
                changes[key(currency), default: Change()].measures -= share.costs
            }
        }
    }

    // MARK: - Writing

    /// Nothing where nothing changes. In one order, since other lanes' rows are others'.
    func statement(for table: Identifier, _ lane: Int16) -> SQL? {
        let all = changes.filter { !$0.value.measures.isZero || !$0.value.tally.isEmpty }
            .sorted { $0.key < $1.key }
        if all.isEmpty { return nil }
        var columns: SQL =
            """
            \(all.map(\.key.organization)), \(all.map(\.key.slice.rawValue)), \(all.map { Timestamp($0.key.begins) }),
            \(all.map(\.key.value)), \(all.map(\.key.currency)), \(all.map(\.value.tally.literal))
            """
        for field in CallMeasures.fields {
            columns = "\(columns), \(all.map { $0.value.measures[keyPath: field] })"
        }
        return """
            INSERT INTO \(table) AS t (
                organization_id, slice, begins, value, currency, lane, tally, \(Self.measures)
            )
            SELECT organization_id, slice, begins, value, currency, \(lane), tally::bigint[], \(Self.measures)
            FROM unnest(\(columns)) AS c(organization_id, slice, begins, value, currency, tally, \(Self.measures))
            ON CONFLICT (organization_id, slice, begins, value, currency, lane) DO UPDATE SET
                calls = t.calls + excluded.calls, answered = t.answered + excluded.answered,
                ended = t.ended + excluded.ended, failed = t.failed + excluded.failed,
                judged = t.judged + excluded.judged, successful = t.successful + excluded.successful,
                rated = t.rated + excluded.rated, sentiment_micros = t.sentiment_micros + excluded.sentiment_micros,
                positive = t.positive + excluded.positive, negative = t.negative + excluded.negative,
                duration_ms = t.duration_ms + excluded.duration_ms, turns = t.turns + excluded.turns,
                tool_uses = t.tool_uses + excluded.tool_uses, interruptions = t.interruptions + excluded.interruptions,
                errors = t.errors + excluded.errors, fallbacks = t.fallbacks + excluded.fallbacks,
                settled = t.settled + excluded.settled, stt_micros = t.stt_micros + excluded.stt_micros,
                llm_micros = t.llm_micros + excluded.llm_micros, tts_micros = t.tts_micros + excluded.tts_micros,
                telephony_micros = t.telephony_micros + excluded.telephony_micros,
                analysis_micros = t.analysis_micros + excluded.analysis_micros,
                tally = CASE WHEN excluded.tally = '{}' THEN t.tally ELSE add_tallies(t.tally, excluded.tally) END
            """
    }

    /// The columns of `CallMeasures.fields`, in their order.
    static let measures: SQL =
        """
        calls, answered, ended, failed, judged, successful, rated, sentiment_micros, positive, negative, duration_ms,
        turns, tool_uses, interruptions, errors, fallbacks, settled, stt_micros, llm_micros, tts_micros,
        telephony_micros, analysis_micros
        """

    // MARK: - Reading

    /// The sums over all lanes: which of them a call was counted in says nothing. Without those that came to nothing.
    static func whole(_ table: Identifier) -> SQL {
        """
        SELECT s.*, (
            SELECT coalesce(array_agg((k << 32) + n ORDER BY k), '{}') FROM (
                SELECT tally_code(x) AS k, sum(tally_count(x))::bigint AS n
                FROM \(table) AS o, unnest(o.tally) AS x
                WHERE (o.organization_id, o.slice, o.begins, o.value, o.currency)
                    = (s.organization_id, s.slice, s.begins, s.value, s.currency)
                GROUP BY 1 HAVING sum(tally_count(x)) <> 0) AS p) AS tally
        FROM (
            SELECT organization_id, slice, begins, value, currency, \(sums) FROM \(table)
            GROUP BY 1, 2, 3, 4, 5 HAVING sum(calls) <> 0 OR sum(settled) <> 0) AS s
        """
    }

    /// The measures added up, under their names.
    static let sums: SQL =
        """
        sum(calls)::bigint AS calls, sum(answered)::bigint AS answered, sum(ended)::bigint AS ended,
        sum(failed)::bigint AS failed, sum(judged)::bigint AS judged, sum(successful)::bigint AS successful,
        sum(rated)::bigint AS rated, sum(sentiment_micros)::bigint AS sentiment_micros,
        sum(positive)::bigint AS positive, sum(negative)::bigint AS negative,
        sum(duration_ms)::bigint AS duration_ms, sum(turns)::bigint AS turns, sum(tool_uses)::bigint AS tool_uses,
        sum(interruptions)::bigint AS interruptions, sum(errors)::bigint AS errors,
        sum(fallbacks)::bigint AS fallbacks, sum(settled)::bigint AS settled, sum(stt_micros)::bigint AS stt_micros,
        sum(llm_micros)::bigint AS llm_micros, sum(tts_micros)::bigint AS tts_micros,
        sum(telephony_micros)::bigint AS telephony_micros, sum(analysis_micros)::bigint AS analysis_micros
        """
}

extension SumChanges.Key: Comparable {
    static func < (left: Self, right: Self) -> Bool {
        if left.organization != right.organization { return left.organization < right.organization }
        return (left.slice.rawValue, left.begins, left.value, left.currency)
            < (right.slice.rawValue, right.begins, right.value, right.currency)
    }
}

extension CallShare {
    /// What it is kept apart by; empty where that is not known.
    func value(in slice: SumSlice) -> String {
        switch slice {
        case .hour, .day: ""
        case .agent: "\(agent.map(\.description) ?? "")/\(agentVersion.map(String.init) ?? "")"
        case .direction: direction?.rawValue ?? ""
        case .reason: reason?.rawValue ?? ""
        }
    }
}
