import Providers
import Service
import Store

/// Counts what came to the doors and what became of it. The labels are closed lists.
final class DoorSeries: Sendable {
    enum Provider: String, CaseIterable {
        case telnyx, twilio, stripe, hubspot
    }

    /// Asked for once: looking an instrument up costs more than counting.
    private let verdicts: [Provider: [WebhookVerdict: Counter]]
    private let refusals: MetricFamily<Counter>

    init(_ metrics: Metrics) {
        let verdicts = metrics.counters(
            "webhooks_total", "Webhooks that were believed, by what became of them.", labels: ["provider", "verdict"],
            limit: Provider.allCases.count * WebhookVerdict.allCases.count)
        self.verdicts = Dictionary(
            uniqueKeysWithValues: Provider.allCases.map { provider in
                let counters = WebhookVerdict.allCases.map { ($0, verdicts.with(provider.rawValue, $0.rawValue)) }
                return (provider, Dictionary(uniqueKeysWithValues: counters))
            })
        refusals = metrics.counters(
            "webhooks_refused_total", "Webhooks that were not believed, by why.", labels: ["provider", "reason"],
            limit: Provider.allCases.count * WebhookRefusal.allCases.count)
    }

    func count(_ verdict: WebhookVerdict, from provider: Provider) { verdicts[provider]?[verdict]?.add() }

    func count(_ refusal: WebhookRefusal, from provider: Provider) {
        refusals.with(provider.rawValue, refusal.rawValue).add()
    }
}
