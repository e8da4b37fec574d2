/// `webhook_endpoint.tested`: somebody wants to see a webhook arrive. It goes to this endpoint and to no other.
package struct EndpointTested: Hashable, Sendable {
    package init() {}
}
