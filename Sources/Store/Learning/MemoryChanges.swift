import Crypto
import Domain
import Postgres
import Wire

/// What an event changes in what is remembered. The owner's row comes first, always: it is what two lanes, and whoever reckons
/// places, wait for each other at.
enum MemoryChanges {
    static func statements(for fact: MemoryEvent, _ event: RecordedEvent) -> [SQL] {
        let customer = MemoryStream.customer(of: event.stream)
        let owner: SQL = """
            INSERT INTO memory_owners_v1 AS o (customer_id, organization_id, version)
            VALUES (\(customer), \(event.organization), \(event.version))
            ON CONFLICT (customer_id) DO UPDATE SET version = greatest(o.version, excluded.version)
            """
        return [owner] + changes(fact, of: customer, event)
    }

    private static func changes(_ fact: MemoryEvent, of customer: UUID, _ event: RecordedEvent) -> [SQL] {
        switch fact {
        case .memoryRemembered(let memory):
            let from = memory.provenance
            return [
                """
                INSERT INTO memories_v1 (memory_id, organization_id, customer_id, created_at, updated_at, call_id,
                    call_version, relevance, version, kind, content, event_ids, metadata)
                SELECT \(memory.memory.uuid), \(event.organization), \(customer), \(event.occurredAt), \(event.occurredAt),
                    \(from?.call.uuid), \(from.map { Int32(clamping: $0.version) }), \(memory.relevance?.value),
                    \(event.version), \(memory.kind.rawValue), \(memory.content.revealed),
                    \((from?.events ?? []).map(\.uuid)), \(memory.metadata?.revealed.json)
                FROM memory_owners_v1 WHERE customer_id = \(customer) AND erased_at IS NULL
                ON CONFLICT (memory_id) DO NOTHING
                """
            ]
        case .memoryCorrected(let memory):
            let from = memory.provenance
            let own: SQL = "memory_id = \(memory.memory.uuid) AND customer_id = \(customer)"
            return [
                dropPlaces(of: "\(own) AND content <> \(memory.content.revealed)"),
                """
                UPDATE memories_v1 SET content = \(memory.content.revealed), updated_at = \(event.occurredAt),
                    version = \(event.version),
                    embedding = CASE WHEN content = \(memory.content.revealed) THEN embedding END,
                    embedding_space = CASE WHEN content = \(memory.content.revealed) THEN embedding_space END,
                    call_id = coalesce(\(from?.call.uuid), call_id),
                    call_version = coalesce(\(from.map { Int32(clamping: $0.version) }), call_version),
                    event_ids = coalesce(\(from?.events.map(\.uuid)), event_ids),
                    metadata = coalesce(\(memory.metadata?.revealed.json), metadata)
                WHERE \(own)
                """,
            ]
        case .memoryForgotten(let memory):
            let own: SQL = "memory_id = \(memory.memory.uuid) AND customer_id = \(customer)"
            return [dropPlaces(of: own), "DELETE FROM memories_v1 WHERE \(own)"]
        }
    }

    /// Words that go take along the places that were kept for them. Who else has the same words has a place already, or gets another.
    private static func dropPlaces(of memories: SQL) -> SQL {
        """
        DELETE FROM embedding_cache WHERE content_sha256 IN (
            SELECT sha256(convert_to(content, 'UTF8')) FROM memories_v1 WHERE \(memories))
        """
    }

    /// Customers who are forgotten take with them what is remembered of those who turned out to be them.
    static func statements(for fact: CustomerEvent, _ event: RecordedEvent) -> [SQL] {
        switch fact {
        case .customerErased:
            let all: SQL = "customer_id = \(event.stream) OR merged_into = \(event.stream)"
            let theirs: SQL = "customer_id IN (SELECT customer_id FROM memory_owners_v1 WHERE \(all))"
            return [
                """
                INSERT INTO memory_owners_v1 (customer_id, organization_id) VALUES (\(event.stream), \(event.organization))
                ON CONFLICT (customer_id) DO NOTHING
                """,
                "UPDATE memory_owners_v1 SET erased_at = \(event.occurredAt) WHERE \(all)",
                dropPlaces(of: theirs), "DELETE FROM memories_v1 WHERE \(theirs)",
            ]
        case .customerMerged(let merged):
            return [
                """
                INSERT INTO memory_owners_v1 (customer_id, organization_id, merged_into)
                VALUES (\(merged.absorbed.uuid), \(event.organization), \(event.stream))
                ON CONFLICT (customer_id) DO UPDATE SET merged_into = excluded.merged_into
                """
            ]
        default: return []
        }
    }
}
