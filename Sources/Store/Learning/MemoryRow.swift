import Crypto
package import Domain
import Postgres
package import Wire

/// One thing that is remembered of a customer.
package struct MemoryRow: Sendable {
    package let id: MemoryID
    package let customer: CustomerID
    package let kind: MemoryKind
    package let content: Private<String>
    package let relevance: Fraction?
    /// None if a person wrote it.
    package private(set) var provenance: Provenance?
    package private(set) var metadata: Private<Freeform>?
    package let createdAt: Timestamp
    /// When it was told last.
    package private(set) var updatedAt: Timestamp
    /// How well it fits what was looked for.
    package internal(set) var similarity: Fraction?

    static let columns: SQL =
        """
        memory_id, customer_id, kind, content, relevance, call_id, call_version, event_ids, metadata, created_at, updated_at
        """

    init(_ memory: MemoryRemembered, of customer: CustomerID, at time: Timestamp) {
        id = memory.memory
        self.customer = customer
        kind = memory.kind
        content = memory.content
        relevance = memory.relevance
        provenance = memory.provenance
        metadata = memory.metadata
        (createdAt, updatedAt) = (time, time)
    }

    mutating func wasToldAgain(_ provenance: Provenance?, _ metadata: Private<Freeform>?, at time: Timestamp) {
        (self.provenance, self.metadata) = (provenance ?? self.provenance, metadata ?? self.metadata)
        updatedAt = max(updatedAt, time)
    }

    init(_ row: PostgresRow) throws {
        var reader = RowReader(row)
        self = try MemoryRow(&reader)
    }

    init(_ reader: inout RowReader) throws {
        id = try reader.id(MemoryID.self)
        customer = try reader.id(CustomerID.self)
        guard let kind = try reader.word(MemoryKind.self) else { throw ReadModelIsForeign(what: "a memory") }
        self.kind = kind
        content = Private(try reader.next(String.self))
        relevance = try reader.fraction()
        provenance = try Provenance(&reader)
        metadata = try reader.next(JSON?.self).map { Private(try Freeform($0)) }
        createdAt = try reader.next()
        updatedAt = try reader.next()
    }
}

extension Provenance {
    /// From three columns: the call, its version, the events.
    init?(_ reader: inout RowReader) throws {
        let call = try reader.id(CallID?.self)
        let version = try reader.next(Int32?.self)
        let events = try reader.next([UUID].self).map { EventID($0) }
        guard let call else { return nil }
        self.init(call: call, version: Int(version ?? 0), events: events)
    }
}
