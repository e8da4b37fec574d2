/// What happens to an endpoint that webhooks go to.
package enum EndpointEvent: Hashable, Sendable {
    case endpointCreated(EndpointCreated)
    case endpointChanged(EndpointChanged)
    case endpointDeleted(EndpointDeleted)
    case endpointSecretRotated(EndpointSecretRotated)
    case endpointReplayed(EndpointReplayed)
    case deliveryRetried(DeliveryRetried)
    case endpointTested(EndpointTested)
    case endpointDisabled(EndpointDisabled)

    package var type: EventType {
        switch self {
        case .endpointCreated: .endpointCreated
        case .endpointChanged: .endpointChanged
        case .endpointDeleted: .endpointDeleted
        case .endpointSecretRotated: .endpointSecretRotated
        case .endpointReplayed: .endpointReplayed
        case .deliveryRetried: .deliveryRetried
        case .endpointTested: .endpointTested
        case .endpointDisabled: .endpointDisabled
        }
    }
}
