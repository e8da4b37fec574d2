/// What happens to a number that people call an organization at.
package enum PhoneNumberEvent: Hashable, Sendable {
    case phoneNumberCreated(PhoneNumberCreated)
    case phoneNumberChanged(PhoneNumberChanged)
    case phoneNumberDeleted(PhoneNumberDeleted)

    package var type: EventType {
        switch self {
        case .phoneNumberCreated: .phoneNumberCreated
        case .phoneNumberChanged: .phoneNumberChanged
        case .phoneNumberDeleted: .phoneNumberDeleted
        }
    }
}
