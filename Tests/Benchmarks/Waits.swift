import Loop

/// Waits of one measurement; on its loop alone, which is why `@unchecked` holds.
final class Waits: @unchecked Sendable {
    private var all: [Duration] = []
    var failed = 0
    var count: Int { all.count }

    func add(_ wait: Duration) { all.append(wait) }

    /// The 99th percentile in milliseconds; the median in the note.
    var figure: Figure { figure("") }

    func figure(_ more: String) -> Figure {
        let (half, high) = halves
        return Figure(high, note: "(median \(half.short)\(more))")
    }

    /// The median in milliseconds; the 99th percentile in the note.
    var median: Figure {
        let (half, high) = halves
        return Figure(half, note: "(99th percentile \(high.short))")
    }

    private var halves: (half: Double, high: Double) {
        let sorted = all.sorted()
        guard !sorted.isEmpty else { return (.nan, .nan) }
        return (sorted[sorted.count / 2].inSeconds * 1_000, sorted[sorted.count * 99 / 100].inSeconds * 1_000)
    }
}
