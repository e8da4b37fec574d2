/// What happens to a customer.
package enum CustomerEvent: Hashable, Sendable {
    case customerCreated(CustomerCreated)
    case customerChanged(CustomerChanged)
    case customerMerged(CustomerMerged)
    case customerErased(CustomerErased)

    package var type: EventType {
        switch self {
        case .customerCreated: .customerCreated
        case .customerChanged: .customerChanged
        case .customerMerged: .customerMerged
        case .customerErased: .customerErased
        }
    }
}
