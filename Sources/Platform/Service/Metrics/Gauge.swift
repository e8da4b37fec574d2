import Synchronization

/// Something that goes up and down, in whole units. Changing it is one atomic instruction, from any thread.
package final class Gauge: Instrument, Sendable {
    private let level = Atomic<Int>(0)

    init() {}

    package func set(_ value: Int) { level.store(value, ordering: .relaxed) }
    package func add(_ change: Int) { level.wrappingAdd(change, ordering: .relaxed) }
    package var value: Int { level.load(ordering: .relaxed) }

    func write(to family: inout MetricText, _ labels: MetricLabels) { family.sample(labels, Double(value)) }
}
