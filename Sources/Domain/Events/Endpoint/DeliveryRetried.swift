/// `webhook_endpoint.delivery_retried`: somebody wants one event to be sent once more.
package struct DeliveryRetried: Hashable, Sendable {
    package var delivery: WebhookDeliveryID
    /// What is sent.
    package var event: EventID

    package init(delivery: WebhookDeliveryID, event: EventID) {
        self.delivery = delivery
        self.event = event
    }
}
