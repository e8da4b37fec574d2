/// `webhook_endpoint.disabled`: nothing is sent there any more, and nobody had asked for that.
package struct EndpointDisabled: Hashable, Sendable {
    package var reason: DisablingReason
    /// Attempts that failed since the last one that did not.
    package var failures: Int

    package init(reason: DisablingReason, failures: Int) {
        self.reason = reason
        self.failures = failures
    }
}
