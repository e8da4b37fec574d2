package import Crypto

/// Which stream holds what is remembered of a customer. Ids of streams are one kind for all, so it can't be the customer's own; and
/// events of memories name no customer. So it is the customer's id with its version's bits turned over: it follows from the
/// customer, the customer follows from it, and no id that anybody makes is like it.
package enum MemoryStream {
    private static let version: UInt128 = 0xf << 76

    package static func id(of customer: UUID) -> UUID { UUID(value: customer.value ^ version) }
    package static func customer(of stream: UUID) -> UUID { UUID(value: stream.value ^ version) }
}
