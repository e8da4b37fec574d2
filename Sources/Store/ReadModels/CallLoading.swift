import Crypto
import Domain
import Postgres

/// The statements that read what is known of a batch's calls, and of no more turns, segments and tool uses than it adds to.
struct CallLoading {
    private(set) var statements: [SQL] = ["SET LOCAL enable_seqscan TO off"]
    private var readers: [(PostgresRow, inout [UUID: CallState]) throws -> Void] = []

    /// The tables may have been empty when a statement was planned, and a plan is kept: hence no sequential scans, and
    /// `OFFSET 0`, which makes of each key a look into the index.
    init(_ tables: CallTables, _ batch: CallBatch) {
        let ids = batch.streams.map(\.id)
        add("SELECT \(CallColumns.calls) FROM \(tables.calls) WHERE call_id = ANY (\(ids))") { row, states in
            let call = try CallRow(row)
            states[call.id] = call.state
        }
        if !batch.turns.isEmpty {
            let (calls, turns) = Self.columns(batch.turns)
            add(
                """
                SELECT \(CallColumns.turns) FROM unnest(\(calls), \(turns)) AS k(call, id)
                CROSS JOIN LATERAL (SELECT * FROM \(tables.turns) WHERE call_id = k.call AND turn_id = k.id OFFSET 0) AS t
                """
            ) { row, states in
                let (call, id, turn) = try TurnState.read(row)
                states[call]?.turns[id] = turn
            }
        }
        if !batch.utterances.isEmpty {
            let (calls, utterances) = Self.columns(batch.utterances)
            add(
                """
                SELECT \(CallColumns.segments) FROM unnest(\(calls), \(utterances)) AS k(call, id)
                CROSS JOIN LATERAL (
                    SELECT * FROM \(tables.segments) WHERE call_id = k.call AND segment_id = k.id OFFSET 0) AS t
                """
            ) { row, states in
                let (call, id, segment) = try SegmentState.read(row)
                states[call]?.segments[id] = segment
            }
        }
        if !batch.toolCalls.isEmpty {
            let (calls, toolCalls) = Self.columns(batch.toolCalls)
            add(
                """
                SELECT \(CallColumns.toolUses) FROM unnest(\(calls), \(toolCalls)) AS k(call, id)
                CROSS JOIN LATERAL (
                    SELECT * FROM \(tables.toolUses) WHERE call_id = k.call AND tool_call_id = k.id OFFSET 0) AS t
                """
            ) { row, states in
                let (call, id, use) = try ToolUseState.read(row)
                states[call]?.toolUses[id] = use
            }
        }
    }

    private mutating func add(
        _ statement: SQL, _ reader: @escaping (PostgresRow, inout [UUID: CallState]) throws -> Void
    ) {
        statements.append(statement)
        readers.append(reader)
    }

    private static func columns<Subject>(_ keys: Set<CallBatch.Key<Subject>>) -> ([UUID], [UUID]) {
        let keys = Array(keys)
        return (keys.map(\.call), keys.map(\.id.uuid))
    }

    /// From what the statements answered.
    func states(_ answers: [PostgresRows]) throws -> [UUID: CallState] {
        var states: [UUID: CallState] = [:]
        for (rows, read) in zip(answers.dropFirst(), readers) {
            for row in rows { try read(row, &states) }
        }
        return states
    }
}
