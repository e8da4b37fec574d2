import Crypto
import Domain
import Postgres
import Wire

/// What an event changes in a customer's row, which is there.
enum CustomerChanges {
    /// Members of `customer.created`'s metadata and of `customer.changed` that are another house's name for the customer.
    static let externals: Set<String> = ["hubspot_contact"]

    static func statements(for fact: CustomerEvent, _ event: RecordedEvent) -> [SQL] {
        switch fact {
        case .customerCreated(let created): return Self.created(created, event)
        case .customerChanged(let changed):
            guard case .object(let members) = changed.changes.revealed else { return [] }
            return members.sorted { $0.key < $1.key }.map { Self.changed($0.key, $0.value, event.stream) }
        case .customerMerged(let merged): return Self.merged(merged.absorbed.uuid, event)
        case .customerErased:
            return [
                """
                UPDATE customers_v1 SET erased_at = \(event.occurredAt), name = NULL, phones = '{}', emails = '{}',
                    external_ids = '{}', metadata = '{}'
                WHERE customer_id = \(event.stream) OR merged_into = \(event.stream)
                """
            ]
        }
    }

    private static func created(_ created: CustomerCreated, _ event: RecordedEvent) -> [SQL] {
        var statements: [SQL] = [
            """
            UPDATE customers_v1 SET created_at = least(created_at, \(event.occurredAt)),
                name = coalesce(\(created.name?.revealed), name), segment = coalesce(\(created.segment), segment)
            WHERE customer_id = \(event.stream)
            """
        ]
        var members: [String: Freeform] = [:]
        if case .object(let metadata)? = created.metadata?.revealed { members = metadata }
        members["phone"] = created.phone.map { .string($0.revealed) }
        members["email"] = created.email.map { .string($0.revealed) }
        statements += members.sorted { $0.key < $1.key }.map { changed($0.key, $0.value, event.stream) }
        return statements
    }

    private static func changed(_ name: String, _ value: Freeform, _ customer: UUID) -> SQL {
        let text: String? = if case .string(let text) = value { text } else { nil }
        switch name {
        case "phone": return list(.phones, text, customer)
        case "email": return list(.emails, text, customer)
        case "name": return "UPDATE customers_v1 SET name = \(text) WHERE customer_id = \(customer)"
        case "segment": return "UPDATE customers_v1 SET segment = \(text) WHERE customer_id = \(customer)"
        case _ where externals.contains(name): return list(.externals, text.map { "\(name):\($0)" }, customer)
        case _ where value == .null:
            return "UPDATE customers_v1 SET metadata = metadata - \(name) WHERE customer_id = \(customer)"
        default:
            var queue = ByteQueue()
            queue.appendJSON { value.writeValue(to: &$0) }
            let json = JSON(queue.withUnsafeBytes { unsafe Array($0) })
            return """
                UPDATE customers_v1 SET metadata = jsonb_set(metadata, ARRAY[\(name)], \(json))
                WHERE customer_id = \(customer)
                """
        }
    }

    private enum List { case phones, emails, externals }

    /// One more of a kind, once; nil: there is none any more.
    private static func list(_ list: List, _ value: String?, _ customer: UUID) -> SQL {
        let column: SQL =
            switch list {
            case .phones: "phones"
            case .emails: "emails"
            case .externals: "external_ids"
            }
        guard let value else { return "UPDATE customers_v1 SET \(column) = '{}' WHERE customer_id = \(customer)" }
        return """
            UPDATE customers_v1 SET \(column) = array_remove(\(column), \(value)) || ARRAY[\(value)]
            WHERE customer_id = \(customer)
            """
    }

    /// The other's stream may be in another lane and not be read yet: its row is made then, and adds what it is known by when
    /// it is there.
    private static func merged(_ absorbed: UUID, _ event: RecordedEvent) -> [SQL] {
        [
            """
            INSERT INTO customers_v1 (customer_id, organization_id, updated_at, version, merged_into)
            VALUES (\(absorbed), \(event.organization), \(event.occurredAt), 0, \(event.stream))
            ON CONFLICT (customer_id) DO UPDATE SET merged_into = excluded.merged_into
            """,
            """
            UPDATE customers_v1 AS t SET
                phones = ARRAY(SELECT DISTINCT x FROM unnest(t.phones || o.phones) AS x ORDER BY x),
                emails = ARRAY(SELECT DISTINCT x FROM unnest(t.emails || o.emails) AS x ORDER BY x),
                external_ids = ARRAY(SELECT DISTINCT x FROM unnest(t.external_ids || o.external_ids) AS x ORDER BY x),
                name = coalesce(t.name, o.name)
            FROM customers_v1 AS o WHERE t.customer_id = \(event.stream) AND o.customer_id = \(absorbed)
            """,
        ]
    }
}
