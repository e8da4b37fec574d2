import Crypto
import Domain

/// The first record of a trace, in the clear: whose it is, and the key of the rest, which only the house can use.
struct TraceHead: Hashable {
    /// Another form gets another number, and is refused by whoever does not know it.
    static let form: UInt8 = 1

    var call: UUID
    var organization: UUID
    /// Nil for a trace that is not sealed.
    var wrappedKey: [UInt8]?

    var bytes: [UInt8] {
        var trace = TraceWriter(shares: false)
        trace.byte(Self.form)
        trace.id(call.value)
        trace.id(organization.value)
        trace.byte(wrappedKey == nil ? 0 : 1)
        if let wrappedKey { trace.block(wrappedKey) }
        return trace.take()
    }

    init(call: UUID, organization: UUID, wrappedKey: [UInt8]?) {
        (self.call, self.organization, self.wrappedKey) = (call, organization, wrappedKey)
    }

    init(_ bytes: [UInt8]) throws(TraceFault) {
        guard let form = bytes.first else { throw .noTrace }
        guard form == Self.form else { throw .foreign(form: form, known: Self.form) }
        var trace = TraceReader()
        trace.take(bytes.dropFirst())
        call = UUID(value: try trace.fixedID())
        organization = UUID(value: try trace.fixedID())
        wrappedKey = try Bool(from: &trace) ? try trace.block() : nil
    }
}

/// What a record of a trace is, in its first byte.
enum TracePiece: UInt8 {
    case opening = 1
    case steps = 2
    /// The call is over: how many steps there were, and the number of all their effects. A late tool may still come behind it.
    case over = 3
}
