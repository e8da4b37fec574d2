import HTTP
import Loop
import Service

/// Brings spans to the collector that the settings name, with a client of its own, so that it can outlive everything
/// that is traced.
struct SpanPost: Sendable {
    let exporter: SpanExporter
    private let client: HTTPClient

    /// Nil when no collector is named. Loop's thread.
    init?(_ plan: StationPlan, on loop: Loop, _ metrics: Metrics) {
        guard let endpoint = plan.settings.tracing.endpoint else { return nil }
        let client = HTTPClient(loop: loop)
        self.client = client
        let exporter = SpanExporter(
            resource: TraceResource(
                serviceName: plan.settings.tracing.serviceName ?? plan.identity.name,
                serviceVersion: ProcessIdentity.version, instance: plan.settings.instance),
            headers: plan.settings.tracing.headers, loop: loop, send: SpanTransport.over(client, to: endpoint))
        self.exporter = exporter
        metrics.collect { scrape in
            let facts = exporter.statistics
            scrape.counter("spans_sent_total", "Spans the collector took.", Double(facts.sent))
            scrape.counter("spans_overflowed_total", "Spans lost: too many waited.", Double(facts.overflowed))
            scrape.counter("spans_refused_total", "Spans lost: the collector did not take them.", Double(facts.refused))
        }
    }

    func run(_ shift: Shift) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await exporter.run() }
            shift.ready()
            await shift.untilOver()
            exporter.stop()
        }
        client.shutdown()
    }
}
