/// What happens to a user.
package enum UserEvent: Hashable, Sendable {
    case userCreated(UserCreated)
    case userSignedIn(UserSignedIn)
    case userTokenRefreshed(UserTokenRefreshed)
    case userTokenReuseDetected(UserTokenReuseDetected)
    case userRevoked(UserRevoked)

    package var type: EventType {
        switch self {
        case .userCreated: .userCreated
        case .userSignedIn: .userSignedIn
        case .userTokenRefreshed: .userTokenRefreshed
        case .userTokenReuseDetected: .userTokenReuseDetected
        case .userRevoked: .userRevoked
        }
    }
}
