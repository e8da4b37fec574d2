/// What happens to a key of the API.
package enum APIKeyEvent: Hashable, Sendable {
    case apiKeyCreated(APIKeyCreated)
    case apiKeyRevoked(APIKeyRevoked)

    package var type: EventType {
        switch self {
        case .apiKeyCreated: .apiKeyCreated
        case .apiKeyRevoked: .apiKeyRevoked
        }
    }
}
