/// A thousand who follow an organization's events over the API, on one core.
enum TailContests {
    static let all = [
        contest("tail-cpu", "core that the API takes for it", unit: "cores", limit: TailBench.coresMax) {
            Figure($0.cores, note: "(\($0.lines) lines, 99th percentile \($0.high.short) ms)")
        },
        contest(
            "tail-wait", "99th percentile from an append's hour to the reader's line", unit: "ms",
            limit: TailBench.waitMax
        ) { Figure($0.high, note: "(median \($0.half.short), \($0.cores.short) cores)") },
    ]

    private static func contest(
        _ name: String, _ question: String, unit: String, limit: Double,
        _ figure: @escaping @Sendable (TailBench.Result) -> Figure
    ) -> Contest {
        Contest(
            name: name,
            question: "\(question): \(TailBench.readers) readers, \(TailBench.perSecond) events/s for each of them",
            peer: "the limit", unit: unit, goal: .atMost(1)
        ) { body in
            let bench = try TailBench()
            defer { bench.clear() }
            try body({ figure(try bench.measure()) }, { Figure(limit) })
        }
    }
}
