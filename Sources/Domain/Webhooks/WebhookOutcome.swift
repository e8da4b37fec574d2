/// What became of one attempt to deliver a webhook.
package enum WebhookOutcome: Hashable, Sendable {
    case answered(status: Int, retryAfter: Duration?)
    case failed(DeliveryFault)

    package var isDelivered: Bool { if case .answered(200..<300, _) = self { true } else { false } }

    package var status: Int? { if case .answered(let status, _) = self { status } else { nil } }

    package var fault: DeliveryFault? {
        switch self {
        case .answered(200..<300, _): nil
        case .answered(300..<400, _): .redirected
        case .answered: .refused
        case .failed(let fault): fault
        }
    }
}
