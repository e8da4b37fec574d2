/// What happens to an endpoint that webhooks go to.
package enum EndpointEvent: Hashable, Sendable {
    case endpointTested(EndpointTested)
    case endpointDisabled(EndpointDisabled)

    package var type: EventType {
        switch self {
        case .endpointTested: .endpointTested
        case .endpointDisabled: .endpointDisabled
        }
    }
}
