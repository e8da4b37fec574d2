/// What a stream of the log is about. The raw value is stored.
package enum StreamKind: String, Hashable, Sendable, CaseIterable {
    case call
    case agent
    case customer
    case user
    case apiKey = "api_key"
    /// What we remember of one customer.
    case memory
    /// A pattern learned from many calls.
    case pattern
    /// What an organization pays.
    case billing
    /// Where an organization wants to be told of events.
    case webhookEndpoint = "webhook_endpoint"
    case phoneNumber = "phone_number"
    /// What is done to an organization's part of the platform. Its id is the organization's.
    case organization
}
