import Domain
import Service

/// What became of webhooks that this process has sent.
final class WebhookStatistics: Sendable {
    private let counts = Shared<[String: Int]>([:])

    func add(_ outcome: WebhookOutcome) {
        counts.with { $0[outcome.fault?.rawValue ?? "delivered", default: 0] += 1 }
    }

    func collect(_ scrape: inout Scrape) {
        let all = counts.with { $0 }
        for outcome in ["delivered"] + DeliveryFault.allCases.map(\.rawValue) {
            scrape.counter(
                "webhook_deliveries_total", "Attempts to deliver a webhook, by what became of them.",
                Double(all[outcome] ?? 0), ["outcome": outcome])
        }
    }
}
