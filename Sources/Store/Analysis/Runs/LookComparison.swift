import Crypto
package import Domain
import Postgres
import Wire

/// What two who looked at the same calls made of them.
package struct LookComparison: Sendable {
    /// Calls that are named for each difference, the newest first.
    package static let examplesMax: Int32 = 5

    package enum Verdict: String, Hashable, Sendable, CaseIterable {
        case yes
        case no
        case unknown

        init(_ success: Bool?) { self = success.map { $0 ? .yes : .no } ?? .unknown }
    }

    /// Calls that went well by one, and not by the other.
    package struct Cell: Hashable, Sendable {
        package let beside: Verdict
        package let here: Verdict
        package var calls: Int64 = 0
        package var examples: [CallID] = []
    }

    /// Of the run's time and agent, that are over now.
    package private(set) var calls: Int64 = 0
    package private(set) var both: Int64 = 0
    package private(set) var onlyHere: Int64 = 0
    package private(set) var onlyBeside: Int64 = 0
    /// All nine, also those of no call.
    package private(set) var cells: [Cell]
    package private(set) var intentsChanged: Int64 = 0
    package private(set) var intentExamples: [CallID] = []
    /// Over the calls that both looked at, as far as each knows it.
    package private(set) var sentimentBeside: Double?
    package private(set) var sentimentHere: Double?
    package let run: AnalysisRunID
    /// Nil is the usual look.
    package let beside: AnalysisRunID?

    /// The calls of `run`, as it looked at them and as `beside` did.
    package static func read(
        _ run: AnalysisRunRow, beside: AnalysisRunID?, _ database: TenantDatabase
    ) async throws -> LookComparison {
        let whose: SQL = run.agent.map { "c.agent_id = \($0.uuid)" } ?? "true"
        let rows = try await database.query(
            """
            WITH looks AS (
                SELECT c.call_id, c.started_at, h.call_id IS NOT NULL AS is_here, b.call_id IS NOT NULL AS is_beside,
                    h.success AS here, b.success AS beside, h.sentiment AS mood_here, b.sentiment AS mood_beside,
                    h.call_id = b.call_id AND h.intent IS DISTINCT FROM b.intent AS is_other
                FROM calls AS c
                LEFT JOIN LATERAL (SELECT * FROM call_analyses AS a WHERE a.call_id = c.call_id
                    AND a.run_id = \(run.id.uuid) ORDER BY version DESC LIMIT 1) AS h ON true
                LEFT JOIN LATERAL (SELECT * FROM call_analyses AS a WHERE a.call_id = c.call_id
                    AND a.run_id IS NOT DISTINCT FROM \(beside?.uuid) ORDER BY version DESC LIMIT 1) AS b ON true
                WHERE c.organization_id = \(database.organization.uuid) AND c.status = \(CallStatus.ended.rawValue)
                    AND c.started_at >= \(run.from) AND c.started_at < \(run.to) AND \(whose)
            )
            SELECT is_here, is_beside, beside, here, count(*),
                (array_agg(call_id ORDER BY started_at DESC, call_id DESC))[1:\(examplesMax)],
                count(*) FILTER (WHERE is_other),
                coalesce((array_agg(call_id ORDER BY started_at DESC, call_id DESC) FILTER (WHERE is_other))[1:\(examplesMax)], '{}'),
                sum(mood_beside), count(mood_beside), sum(mood_here), count(mood_here)
            FROM looks GROUP BY is_here, is_beside, beside, here ORDER BY is_here, is_beside, beside, here
            """)
        return try LookComparison(run.id, beside, rows)
    }

    private init(_ run: AnalysisRunID, _ beside: AnalysisRunID?, _ rows: PostgresRows) throws {
        (self.run, self.beside) = (run, beside)
        cells = Verdict.allCases.flatMap { beside in Verdict.allCases.map { Cell(beside: beside, here: $0) } }
        var (besideMoods, hereMoods) = (Mean(), Mean())
        for row in rows {
            var reader = RowReader(row)
            let (isHere, isBeside) = (try reader.next(Bool.self), try reader.next(Bool.self))
            let (left, right) = (Verdict(try reader.next(Bool?.self)), Verdict(try reader.next(Bool?.self)))
            let (count, examples) = (try reader.next(Int64.self), try reader.next([UUID].self))
            calls += count
            if isHere != isBeside { if isHere { onlyHere += count } else { onlyBeside += count } }
            guard isHere, isBeside else { continue }
            both += count
            intentsChanged += try reader.next(Int64.self)
            intentExamples += try reader.next([UUID].self).map { CallID($0) }
            besideMoods.add(try reader.next(Double?.self), try reader.next(Int64.self))
            hereMoods.add(try reader.next(Double?.self), try reader.next(Int64.self))
            guard let place = cells.firstIndex(where: { $0.beside == left && $0.here == right }) else { continue }
            cells[place].calls = count
            cells[place].examples = examples.map { CallID($0) }
        }
        intentExamples = Array(intentExamples.prefix(Int(Self.examplesMax)))
        (sentimentBeside, sentimentHere) = (besideMoods.value, hereMoods.value)
    }

    private struct Mean {
        private var sum = 0.0
        private var count: Int64 = 0

        mutating func add(_ sum: Double?, _ count: Int64) {
            self.sum += sum ?? 0
            self.count += count
        }

        var value: Double? { count > 0 ? sum / Double(count) : nil }
    }
}
