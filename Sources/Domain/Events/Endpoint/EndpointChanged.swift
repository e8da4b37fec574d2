/// `webhook_endpoint.changed`: with what is another now, and without what stayed.
package struct EndpointChanged: Hashable, Sendable {
    /// Of its new address.
    package var host: String?
    package var events: [String]?
    package var isEnabled: Bool?

    package init(host: String? = nil, events: [String]? = nil, isEnabled: Bool? = nil) {
        self.host = host
        self.events = events
        self.isEnabled = isEnabled
    }
}
