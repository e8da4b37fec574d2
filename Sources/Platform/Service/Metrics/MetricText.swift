/// The lines of one metric, as Prometheus reads them: https://prometheus.io/docs/instrumenting/exposition_formats/
///
/// A series can be written once; a second time would spoil the whole scrape, so it is left out and counted.
struct MetricText {
    let name: String
    let kind: MetricKind
    private(set) var duplicates = 0
    private var text: String
    private var written: Set<MetricLabels> = []

    init(name: String, kind: MetricKind, help: String) {
        precondition(MetricName.isMetric(name), "\(name) is no name for a metric")
        self.name = name
        self.kind = kind
        text = "# HELP \(name) \(Self.escaped(help, "\\", "\n"))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Empty while there is no sample: a lonely header says nothing.
    var lines: String { written.isEmpty ? "" : text }

    mutating func sample(_ labels: MetricLabels, _ value: Double) {
        precondition(kind != .histogram, "\(name) is a histogram")
        if isNew(labels) { line("", labels, value) }
    }

    mutating func histogram(_ labels: MetricLabels, _ snapshot: HistogramSnapshot) {
        precondition(kind == .histogram, "\(name) is no histogram")
        guard isNew(labels) else { return }
        var below: UInt64 = 0
        for (count, bound) in zip(snapshot.counts, snapshot.bounds.map(Self.number) + ["+Inf"]) {
            below += count
            line("_bucket", labels, Double(below), bound: bound)
        }
        line("_sum", labels, snapshot.sum)
        line("_count", labels, Double(below))
    }

    private mutating func isNew(_ labels: MetricLabels) -> Bool {
        let isNew = written.insert(labels).inserted
        if !isNew { duplicates += 1 }
        return isNew
    }

    private mutating func line(_ suffix: String, _ labels: MetricLabels, _ value: Double, bound: String? = nil) {
        var pairs = zip(labels.names, labels.values).map { "\($0)=\"\(Self.escaped($1, "\\", "\n", "\""))\"" }
        if let bound { pairs.append("le=\"\(bound)\"") }
        text += name + suffix
        if !pairs.isEmpty { text += "{" + pairs.joined(separator: ",") + "}" }
        text += " \(Self.number(value))\n"
    }

    /// The way Go writes numbers.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return "\(whole)" }
        return "\(value)"
    }

    private static func escaped(_ text: String, _ special: Character...) -> String {
        guard text.contains(where: { special.contains($0) || $0.isNewline }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case _ where special.contains(Character(scalar)): result += "\\\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
