package import Domain
import Loop
import Postgres
package import Wire

/// What one organization remembers of its customers.
package struct MemoryReader: Sendable {
    package static let fields: [ListField] = [
        ListField("kind", "kind", .word(MemoryKind.allCases.map(\.rawValue))),
        ListField("call_id", "call_id", .id), ListField("created_at", "created_at", .time),
    ]
    /// How long a reader waits for what its sender has written, and how often it looks.
    package static let patience = Duration.seconds(2)
    private static let pause = Duration.milliseconds(25)

    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    private var own: SQL { "organization_id = \(database.organization.uuid)" }

    /// The newest first, also of those who turned out to be this customer.
    package func page(
        of customer: CustomerID, _ filters: [ListFilter], after place: (Timestamp, MemoryID)?, limit: Int,
        countingAll: Bool
    ) async throws -> (rows: [MemoryRow], total: Int?) {
        let wanted: SQL = "\(own) AND \(Self.isOf(customer)) AND \(ListFilter.all(filters))"
        let behind: SQL = place.map { "(created_at, memory_id) < (\($0.0), \($0.1.uuid))" } ?? "true"
        var batch: [SQL] = [
            """
            SELECT \(MemoryRow.columns) FROM memories WHERE \(wanted) AND \(behind)
            ORDER BY created_at DESC, memory_id DESC LIMIT \(Int64(limit))
            """
        ]
        if countingAll { batch.append("SELECT count(*) FROM memories WHERE \(wanted)") }
        let answers = try await database.query(batch)
        return (try answers[0].map { try MemoryRow($0) }, countingAll ? try answers[1].one.decode(Int.self) : nil)
    }

    private static func isOf(_ customer: CustomerID) -> SQL {
        """
        (customer_id = \(customer.uuid) OR customer_id IN (
            SELECT o.customer_id FROM memory_owners_v1 o WHERE o.merged_into = \(customer.uuid)))
        """
    }

    /// Waits until so much of the stream of memories is in the rows.
    package func wait(for version: Int32, of customer: CustomerID) async throws {
        let deadline = Moment.now + Self.patience
        while true {
            let found = try await database.query(
                "SELECT version FROM memory_owners_v1 WHERE customer_id = \(customer.uuid) AND \(own)"
            ).first?.decode(Int32.self)
            if let found, found >= version { return }
            guard Moment.now < deadline else { throw LearningIsBehind() }
            try await database.loop.sleep(for: Self.pause)
        }
    }

    /// Those in which most of the words are, the best first.
    package func search(_ wish: TextSearch, of customer: CustomerID?) async throws -> [MemoryRow] {
        let whose: SQL = customer.map { "AND \(Self.isOf($0))" } ?? ""
        return try await database.query(wish.statement("memories", MemoryRow.columns, "memory_id", "\(own) \(whose)"))
            .map { row in
                var reader = RowReader(row)
                var memory = try MemoryRow(&reader)
                memory.similarity = try reader.fraction()
                return memory
            }
    }
}

/// The rows do not hold yet what was written.
package struct LearningIsBehind: Error, Hashable, Sendable {}
