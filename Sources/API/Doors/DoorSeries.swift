import Providers
import Service
import Store

/// Counts what came to the doors and what became of it. The labels are closed lists.
final class DoorSeries: Sendable {
    enum Provider: String, CaseIterable {
        case telnyx, twilio, stripe, hubspot
    }

    private let verdicts: MetricFamily<Counter>
    private let refusals: MetricFamily<Counter>

    init(_ metrics: Metrics) {
        verdicts = metrics.counters(
            "webhooks_total", "Webhooks that were believed, by what became of them.", labels: ["provider", "verdict"],
            limit: Provider.allCases.count * WebhookVerdict.allCases.count)
        refusals = metrics.counters(
            "webhooks_refused_total", "Webhooks that were not believed, by why.", labels: ["provider", "reason"],
            limit: Provider.allCases.count * WebhookRefusal.allCases.count)
    }

    func count(_ verdict: WebhookVerdict, from provider: Provider) {
        verdicts.with(provider.rawValue, verdict.rawValue).add()
    }

    func count(_ refusal: WebhookRefusal, from provider: Provider) {
        refusals.with(provider.rawValue, refusal.rawValue).add()
    }
}
