import Synchronization

/// All metrics of a process.
///
/// Instruments are made at the start and kept by whoever counts; what somebody else counts already (loops, pools, the
/// kernel) is asked for at each scrape by a collector. Declaring one name twice, or a name the format forbids, is a bug
/// and stops the process.
package final class Metrics: Sendable {
    private struct State {
        var names: Set<String> = []
        var collectors: [@Sendable (inout Scrape) -> Void] = []
    }

    private let state = Mutex(State())
    private let refused = MetricFamily<Counter>(labels: ["metric"], limit: 1_000, refused: Counter()) { Counter() }
    private let duplicates = Counter()

    package init() {
        publish(refused, "metrics_series_refused_total", .counter, "Times a label set was put into the series other.")
        let duplicates = duplicates
        collect { scrape in
            scrape.counter(
                "metrics_duplicate_samples_total", "Samples left out because their series was there already.",
                Double(duplicates.value))
        }
    }

    // MARK: - Instruments

    package func counter(_ name: String, _ help: String) -> Counter { counters(name, help, labels: []).with() }
    package func gauge(_ name: String, _ help: String) -> Gauge { gauges(name, help, labels: []).with() }

    package func histogram(_ name: String, _ help: String, bounds: [Duration] = Histogram.latencies) -> Histogram {
        histograms(name, help, labels: [], bounds: bounds).with()
    }

    package func counters(
        _ name: String, _ help: String, labels: [String], limit: Int = MetricFamily<Counter>.limit
    ) -> MetricFamily<Counter> {
        family(name, help, .counter, labels, limit) { Counter() }
    }

    package func gauges(
        _ name: String, _ help: String, labels: [String], limit: Int = MetricFamily<Gauge>.limit
    ) -> MetricFamily<Gauge> {
        family(name, help, .gauge, labels, limit) { Gauge() }
    }

    package func histograms(
        _ name: String, _ help: String, labels: [String], bounds: [Duration] = Histogram.latencies,
        limit: Int = MetricFamily<Histogram>.limit
    ) -> MetricFamily<Histogram> {
        family(name, help, .histogram, labels, limit) { Histogram(bounds: bounds) }
    }

    private func family<Kind: Instrument>(
        _ name: String, _ help: String, _ kind: MetricKind, _ labels: [String], _ limit: Int,
        make: @escaping @Sendable () -> Kind
    ) -> MetricFamily<Kind> {
        precondition(labels.allSatisfy(MetricName.isLabel), "\(name) has a label that is no name: \(labels)")
        let family = MetricFamily(labels: labels, limit: limit, refused: refused.with(name), make: make)
        publish(family, name, kind, help)
        return family
    }

    private func publish<Kind: Instrument>(
        _ family: MetricFamily<Kind>, _ name: String, _ kind: MetricKind, _ help: String
    ) {
        precondition(MetricName.isMetric(name), "\(name) is no name for a metric")
        let isNew = state.withLock { $0.names.insert(name).inserted }
        precondition(isNew, "the metric \(name) was declared twice")
        collect { scrape in
            scrape.add(name, help, kind) { text in
                for series in family.series { series.instrument.write(to: &text, series.labels) }
            }
        }
    }

    // MARK: - Scrapes

    /// Adds something that is asked at each scrape, on the scraping thread: it must be quick and must not block.
    package func collect(_ collector: @escaping @Sendable (inout Scrape) -> Void) {
        state.withLock { $0.collectors.append(collector) }
    }

    /// Everything, in Prometheus' text format 0.0.4.
    package var exposition: String {
        let collectors = state.withLock { $0.collectors }
        var scrape = Scrape()
        for collector in collectors { collector(&scrape) }
        duplicates.add(UInt64(scrape.duplicates))
        return scrape.text
    }

    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"
}
