/// `webhook_endpoint.created`: events go there from now on. Of its address the host alone, since what is behind that may be a secret.
package struct EndpointCreated: Hashable, Sendable {
    package var host: String
    package var events: [String]
    package var isEnabled: Bool

    package init(host: String, events: [String], isEnabled: Bool) {
        self.host = host
        self.events = events
        self.isEnabled = isEnabled
    }
}
