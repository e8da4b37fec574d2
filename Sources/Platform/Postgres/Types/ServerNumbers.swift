/// The number that the server knows a type, table or function by.
package struct ObjectID: Hashable, Sendable, PostgresValue {
    package let number: UInt32

    package init(_ number: UInt32) { self.number = number }

    package static var postgresType: PostgresType { .oid }
    package func encode(into bytes: inout BindBytes) { bytes.append(number) }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> ObjectID {
        guard type == .oid else { throw .wrongType }
        return ObjectID(try bytes.wholeNumber(UInt32.self))
    }
}

/// An `xid8`: the number of a transaction, which never comes again.
package struct TransactionID: Hashable, Comparable, Sendable, PostgresValue {
    package let number: UInt64

    package init(_ number: UInt64) { self.number = number }

    package static func < (left: TransactionID, right: TransactionID) -> Bool { left.number < right.number }

    package static var postgresType: PostgresType { .xid8 }
    package func encode(into bytes: inout BindBytes) { bytes.append(number) }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> TransactionID {
        guard type == .xid8 else { throw .wrongType }
        return TransactionID(try bytes.wholeNumber(UInt64.self))
    }
}
