import Crypto
import Domain
import Postgres
import Wire

/// What an event changes in a pattern's row.
enum PatternChanges {
    static func statements(for fact: PatternEvent, _ event: RecordedEvent) -> [SQL] {
        switch fact {
        case .patternLearned(let pattern): [learned(pattern, event)]
        case .patternReinforced(let pattern):
            [
                """
                UPDATE patterns_v1 SET uses = greatest(uses, \(Int64(pattern.uses))), version = \(event.version),
                    updated_at = greatest(updated_at, \(event.occurredAt)),
                    success_rate = coalesce(\(pattern.successRate?.value), success_rate)
                WHERE pattern_id = \(event.stream)
                """
            ]
        case .patternRetired(let pattern):
            [
                """
                UPDATE patterns_v1 SET retired_at = \(event.occurredAt), retired_reason = \(pattern.reason.rawValue),
                    version = \(event.version), updated_at = greatest(updated_at, \(event.occurredAt)),
                    success_rate = coalesce(\(pattern.successRate?.value), success_rate)
                WHERE pattern_id = \(event.stream)
                """
            ]
        }
    }

    /// Learned again, it says what it says now, and is in use again.
    private static func learned(_ pattern: PatternLearned, _ event: RecordedEvent) -> SQL {
        let details = pattern.details.map { document in
            var queue = ByteQueue()
            queue.appendJSON { document.revealed.writeValue(to: &$0) }
            return JSON(queue.withUnsafeBytes { unsafe Array($0) })
        }
        let from = pattern.provenance
        return """
            INSERT INTO patterns_v1 AS p (pattern_id, organization_id, created_at, updated_at, agent_id, call_id, call_version,
                success_rate, version, kind, summary, details, event_ids)
            VALUES (\(event.stream), \(event.organization), \(event.occurredAt), \(event.occurredAt), \(pattern.agent?.uuid),
                \(from?.call.uuid), \(from.map { Int32(clamping: $0.version) }), \(pattern.successRate?.value),
                \(event.version), \(pattern.kind), \(pattern.summary.revealed), \(details),
                \((from?.events ?? []).map(\.uuid)))
            ON CONFLICT (pattern_id) DO UPDATE SET updated_at = excluded.updated_at, agent_id = excluded.agent_id,
                call_id = excluded.call_id, call_version = excluded.call_version, version = excluded.version,
                success_rate = coalesce(excluded.success_rate, p.success_rate), kind = excluded.kind,
                summary = excluded.summary, details = excluded.details, event_ids = excluded.event_ids,
                retired_at = NULL, retired_reason = NULL,
                embedding = CASE WHEN p.summary = excluded.summary THEN p.embedding END
            """
    }
}
