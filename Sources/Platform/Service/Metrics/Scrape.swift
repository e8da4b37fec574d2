/// One answer to a scrape while it is put together. Samples may come in any order; they leave grouped by metric, names
/// sorted.
package struct Scrape {
    private var metrics: [String: MetricText] = [:]

    init() {}

    package mutating func counter(_ name: String, _ help: String, _ value: Double, _ labels: MetricLabels = .none) {
        add(name, help, .counter) { $0.sample(labels, value) }
    }

    package mutating func gauge(_ name: String, _ help: String, _ value: Double, _ labels: MetricLabels = .none) {
        add(name, help, .gauge) { $0.sample(labels, value) }
    }

    package mutating func histogram(
        _ name: String, _ help: String, _ snapshot: HistogramSnapshot, _ labels: MetricLabels = .none
    ) {
        add(name, help, .histogram) { $0.histogram(labels, snapshot) }
    }

    /// The first who names a metric says what kind it is and how it is explained.
    mutating func add(_ name: String, _ help: String, _ kind: MetricKind, _ write: (inout MetricText) -> Void) {
        var text = metrics.removeValue(forKey: name) ?? MetricText(name: name, kind: kind, help: help)
        precondition(text.kind == kind, "\(name) is a \(text.kind) and a \(kind)")
        write(&text)
        metrics[name] = text
    }

    var duplicates: Int { metrics.values.reduce(0) { $0 + $1.duplicates } }

    var text: String { metrics.sorted { $0.key < $1.key }.map(\.value.lines).joined() }
}
