import Synchronization

/// One metric with labels: an instrument for each set of label values that was asked for.
///
/// Asking takes a lock and a look-up, so ask once and keep the instrument. At most `limit` sets are kept; whoever comes
/// later shares one instrument whose labels all say `other`, and that is counted in `metrics_series_refused_total`. A
/// label that runs wild costs memory no further, and shows.
package final class MetricFamily<Kind: Sendable>: Sendable {
    package static var limit: Int { 256 }
    private static var rest: String { "other" }

    private struct State {
        var instruments: [[String]: Kind] = [:]
        var rest: Kind?
    }

    private let labels: [String]
    private let limit: Int
    private let refused: Counter
    private let make: @Sendable () -> Kind
    private let state = Mutex(State())

    init(labels: [String], limit: Int, refused: Counter, make: @escaping @Sendable () -> Kind) {
        self.labels = labels
        self.limit = limit
        self.refused = refused
        self.make = make
    }

    /// The instrument of these label values, in the order the labels were declared.
    package func with(_ values: String...) -> Kind {
        precondition(values.count == labels.count, "\(labels.count) labels, but \(values.count) values")
        let (instrument, isRefused) = state.withLock { state in
            if let known = state.instruments[values] { return (known, false) }
            guard state.instruments.count < limit else {
                let rest = state.rest ?? make()
                state.rest = rest
                return (rest, true)
            }
            let fresh = make()
            state.instruments[values] = fresh
            return (fresh, false)
        }
        if isRefused { refused.add() }
        return instrument
    }

    /// All instruments with their labels, in a steady order.
    var series: [(labels: MetricLabels, instrument: Kind)] {
        let (instruments, rest) = state.withLock { ($0.instruments, $0.rest) }
        var series = instruments.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { (MetricLabels(names: labels, values: $0.key), $0.value) }
        let values = labels.map { _ in Self.rest }
        // Somebody may have asked for "other" by name; then that series stands, and its twin is left out.
        if let rest, instruments[values] == nil { series.append((MetricLabels(names: labels, values: values), rest)) }
        return series
    }
}
