import Crypto
import Postgres

/// The statements that write deliveries down.
enum Deliveries {
    /// What is there already stays as it is, or begins anew if it is over.
    static func insert(_ owed: [(endpoint: UUID, event: RecordedEvent)], again: Bool) -> SQL {
        let conflict: SQL =
            again
            ? """
            DO UPDATE SET state = 'pending', attempts = 0, due_at = clock_timestamp() WHERE d.state <> 'pending'
            """ : "DO NOTHING"
        return """
            INSERT INTO webhook_deliveries AS d (endpoint_id, organization_id, event_id, position, lane, type)
            SELECT * FROM unnest(
                \(owed.map(\.endpoint)), \(owed.map(\.event.organization)), \(owed.map(\.event.id)),
                \(owed.map(\.event.position)), \(owed.map(\.event.lane)), \(owed.map(\.event.type))
            ) AS new (endpoint_id, organization_id, event_id, position, lane, type)
            ON CONFLICT (endpoint_id, lane, position) \(conflict)
            """
    }
}
