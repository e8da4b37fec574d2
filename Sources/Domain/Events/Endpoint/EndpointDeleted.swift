/// `webhook_endpoint.deleted`: it is gone, with its ledger.
package struct EndpointDeleted: Hashable, Sendable {
    package init() {}
}
