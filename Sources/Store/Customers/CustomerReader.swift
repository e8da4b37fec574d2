package import Crypto
package import Domain
import Postgres
package import Wire

/// Customers of one organization: from the read model, and where that is behind, from the log's last words as well.
package struct CustomerReader: Sendable {
    package static let fields: [ListField] = [
        ListField("phone", "phones", .member),
        ListField("email", "emails", .member),
        ListField("segment", "segment", .text),
        ListField("created_at", "created_at", .time),
        ListField("updated_at", "updated_at", .time),
    ]

    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    private static let columns: SQL =
        """
        customer_id, version, name, segment, phones, emails, external_ids, metadata, created_at, updated_at, erased_at,
        merged_into
        """

    private static func row(_ row: PostgresRow) throws -> CustomerRow {
        var reader = RowReader(row)
        let id = CustomerID(try reader.next(UUID.self))
        // Its time is read further to the right.
        var customer = CustomerRow(id, at: Timestamp(microseconds: 0))
        customer.version = try reader.next()
        customer.name = try reader.personal()
        customer.segment = try reader.next()
        customer.phones = try reader.next([String].self).map { Private($0) }
        customer.emails = try reader.next([String].self).map { Private($0) }
        customer.externals = try reader.next([String].self).map { Private($0) }
        let json = try reader.next(JSON.self)
        var limits = JSONLimits()
        limits.bytesMax = max(json.bytes.count, 1)
        customer.metadata = Private(Freeform(try JSONValue(json: json.bytes, limits: limits)))
        customer.createdAt = try reader.next()
        customer.updatedAt = try reader.next()
        customer.erasedAt = try reader.next()
        customer.mergedInto = try reader.id(CustomerID?.self)
        return customer
    }

    /// The row, if it is there and as far as is wanted; else with what the log says behind it. Nil if there is no such customer.
    package func get(_ customer: CustomerID, minVersion: Int32 = 0) async throws -> CustomerRow? {
        if let row = try await projected(customer), row.version >= minVersion { return row }
        return try await current(customer)
    }

    private func projected(_ customer: CustomerID) async throws -> CustomerRow? {
        try await database.query(
            """
            SELECT \(Self.columns) FROM customers
            WHERE customer_id = \(customer.uuid) AND organization_id = \(database.organization.uuid)
            """
        ).first.map(Self.row)
    }

    /// As far as the log is.
    package func current(_ customer: CustomerID) async throws -> CustomerRow? {
        let streams = StreamDesk(database)
        guard try await streams.isThere(customer.uuid, kind: .customer) else { return nil }
        var row = try await projected(customer)
        while true {
            let events = try await streams.events(
                of: customer.uuid, after: row?.version ?? 0, limit: EventLog.pageMax)
            guard let first = events.first else { return row }
            var fresh = row ?? CustomerRow(customer, at: first.occurredAt)
            for event in events { try fresh.fold(event) }
            row = fresh
        }
    }

    private static let order: SQL = "coalesce(created_at, '1970-01-01T00:00:00Z'::timestamptz)"

    /// The newest first, without those who were erased or turned out to be somebody else.
    package func page(
        _ filters: [ListFilter], after place: (Timestamp, UUID)?, limit: Int, countingAll: Bool
    ) async throws -> (rows: [CustomerRow], total: Int?) {
        let wanted: SQL =
            """
            organization_id = \(database.organization.uuid) AND erased_at IS NULL AND merged_into IS NULL
            AND \(ListFilter.all(filters))
            """
        let behind: SQL = place.map { "(\(Self.order), customer_id) < (\($0.0), \($0.1))" } ?? "true"
        var batch: [SQL] = [
            """
            SELECT \(Self.columns) FROM customers WHERE \(wanted) AND \(behind)
            ORDER BY \(Self.order) DESC, customer_id DESC LIMIT \(Int64(limit))
            """
        ]
        if countingAll { batch.append("SELECT count(*) FROM customers WHERE \(wanted)") }
        let answers = try await database.query(batch)
        return (try answers[0].map(Self.row), countingAll ? try answers[1].one.decode(Int.self) : nil)
    }
}
