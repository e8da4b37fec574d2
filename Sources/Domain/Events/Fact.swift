/// Anything that happened, in whatever stream it stands.
package enum Fact: Hashable, Sendable {
    case call(CallEvent)
    case agent(AgentEvent)
    case customer(CustomerEvent)
    case user(UserEvent)
    case apiKey(APIKeyEvent)
    case memory(MemoryEvent)
    case pattern(PatternEvent)
    case billing(BillingEvent)
    case endpoint(EndpointEvent)
    case phoneNumber(PhoneNumberEvent)
    case organization(OrganizationEvent)

    package var type: EventType {
        switch self {
        case .call(let event): event.type
        case .agent(let event): event.type
        case .customer(let event): event.type
        case .user(let event): event.type
        case .apiKey(let event): event.type
        case .memory(let event): event.type
        case .pattern(let event): event.type
        case .billing(let event): event.type
        case .endpoint(let event): event.type
        case .phoneNumber(let event): event.type
        case .organization(let event): event.type
        }
    }
}
