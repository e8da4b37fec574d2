import Crypto
import Domain
import Postgres

/// The statements that write what a batch made of its calls: one for each table that changes.
struct CallWriting {
    private(set) var statements: [SQL] = []

    init(_ tables: CallTables, _ rows: [CallRow], _ changes: CounterChanges, _ sums: SumChanges, lane: Int16) {
        if !rows.isEmpty { statements.append(CallRow.upsert(rows, into: tables.calls)) }
        let turns = PartRow.all(of: rows, \.turns)
        if !turns.isEmpty { statements.append(PartRow.upsert(turns, into: tables.turns)) }
        let segments = PartRow.all(of: rows, \.segments)
        if !segments.isEmpty { statements.append(PartRow.upsert(segments, into: tables.segments)) }
        let toolUses = PartRow.all(of: rows, \.toolUses)
        if !toolUses.isEmpty { statements.append(PartRow.upsert(toolUses, into: tables.toolUses)) }
        let counters = changes.changes
        if !counters.isEmpty { statements.append(Self.add(counters, to: tables.counters, lane)) }
        if let statement = sums.statement(for: tables.sums, lane) { statements.append(statement) }
        statements.append("SET LOCAL enable_seqscan TO DEFAULT")
    }

    private static func add(
        _ changes: [(key: CounterChanges.Key, totals: CallTotals)], to table: Identifier, _ lane: Int16
    ) -> SQL {
        func column(_ field: KeyPath<CallTotals, Int64>) -> [Int64] { changes.map { $0.totals[keyPath: field] } }
        let organizations = changes.map(\.key.organization)
        let days = changes.map(\.key.day)
        return """
            INSERT INTO \(table) AS t (
                organization_id, day, lane, calls, queued, ringing, in_progress, transferring, inbound, outbound,
                answered, ended, failed, duration_ms, turns, tool_uses, interruptions, errors, fallbacks
            )
            SELECT organization_id, day, \(lane), calls, queued, ringing, in_progress, transferring, inbound, outbound,
                answered, ended, failed, duration_ms, turns, tool_uses, interruptions, errors, fallbacks
            FROM unnest(
                \(organizations), \(days), \(column(\.calls)), \(column(\.queued)), \(column(\.ringing)),
                \(column(\.inProgress)), \(column(\.transferring)), \(column(\.inbound)), \(column(\.outbound)),
                \(column(\.answered)), \(column(\.ended)), \(column(\.failed)), \(column(\.durationMS)),
                \(column(\.turns)), \(column(\.toolUses)), \(column(\.interruptions)), \(column(\.errors)),
                \(column(\.fallbacks))
            ) AS c(
                organization_id, day, calls, queued, ringing, in_progress, transferring, inbound, outbound, answered,
                ended, failed, duration_ms, turns, tool_uses, interruptions, errors, fallbacks
            )
            ON CONFLICT (organization_id, day, lane) DO UPDATE SET
                calls = t.calls + excluded.calls, queued = t.queued + excluded.queued,
                ringing = t.ringing + excluded.ringing, in_progress = t.in_progress + excluded.in_progress,
                transferring = t.transferring + excluded.transferring, inbound = t.inbound + excluded.inbound,
                outbound = t.outbound + excluded.outbound, answered = t.answered + excluded.answered,
                ended = t.ended + excluded.ended, failed = t.failed + excluded.failed,
                duration_ms = t.duration_ms + excluded.duration_ms, turns = t.turns + excluded.turns,
                tool_uses = t.tool_uses + excluded.tool_uses, interruptions = t.interruptions + excluded.interruptions,
                errors = t.errors + excluded.errors, fallbacks = t.fallbacks + excluded.fallbacks
            """
    }
}
