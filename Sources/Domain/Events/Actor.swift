/// Who brought an event about.
package enum Actor: Hashable, Sendable {
    case user(UserID)
    case apiKey(APIKeyID)
    /// By its name, such as `telnyx`.
    case carrier(String)
    case agent(AgentID)
    /// A part of ours, by its name.
    case system(String)
}
