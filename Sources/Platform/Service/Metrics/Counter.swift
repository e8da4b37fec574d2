import Synchronization

/// Something that only grows. Counting is one atomic addition, from any thread.
package final class Counter: Instrument, Sendable {
    private let total = Atomic<UInt64>(0)

    init() {}

    package func add(_ amount: UInt64 = 1) { total.wrappingAdd(amount, ordering: .relaxed) }
    package var value: UInt64 { total.load(ordering: .relaxed) }

    func write(to family: inout MetricText, _ labels: MetricLabels) { family.sample(labels, Double(value)) }
}
