package import Domain
package import Wire

/// What is known of a customer.
package struct CustomerRow: Sendable {
    package let id: CustomerID
    /// Of the stream: how much of it is folded in.
    package internal(set) var version: Int32 = 0
    package internal(set) var name: Private<String>?
    package internal(set) var segment: String?
    package internal(set) var phones: [Private<String>] = []
    package internal(set) var emails: [Private<String>] = []
    package internal(set) var externals: [Private<String>] = []
    package internal(set) var metadata: Private<Freeform> = Private(.object([:]))
    package internal(set) var createdAt: Timestamp?
    package internal(set) var updatedAt: Timestamp
    package internal(set) var erasedAt: Timestamp?
    package internal(set) var mergedInto: CustomerID?

    package init(_ id: CustomerID, at time: Timestamp) {
        self.id = id
        updatedAt = time
    }
}

/// Why a customer is left as they are.
package enum CustomerRefusal: Error, Hashable, Sendable {
    case isErased
    case isMerged(into: CustomerID)
    /// Somebody else is known by it.
    case isTaken(CustomerHandles.Kind, by: CustomerID)
    /// Others change the customer as quickly as we look.
    case isBusy
}
