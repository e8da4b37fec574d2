import Loop
import Postgres
import Store

extension AppendBench {
    private static let slice = 0.25

    /// How long appends take that are offered at a pace, and how long bare INSERTs do that are offered at the pace at which these
    /// were committed: in turns of a quarter of a second, so that checkpoints and a disk that stalls meet both. Both waits
    /// count from the hour at which something was due. The first turns of each are not counted.
    func latencies(perSecond: Int, seconds: Int) throws -> (ours: Figure, bare: Figure) {
        try prepare()
        let configuration = try configuration()
        let (waits, bare) = (Waits(), Waits())
        let note = try Loops.run(1, name: "append") { loops in
            try await Self.withAppender(configuration, on: loops.first) { appender, loop in
                let pool = PostgresPool(configuration, on: loop)
                let load = OfferedLoad(perSecond: perSecond, on: loop)
                let count = Int(Double(perSecond) * Self.slice)
                let turns = Int(Double(seconds) / Self.slice)
                for turn in -Self.turnsOfWarmth..<turns {
                    let counts = turn >= 0
                    let before = appender.statistics.flushes
                    try await load.offer(count, to: appender) { hour, result in
                        guard case .success(.appended) = result else { return waits.failed += 1 }
                        if counts { waits.add(Moment.now - hour) }
                    }
                    let flushes = appender.statistics.flushes - before
                    let pace = max(1, Int(Double(flushes) / Self.slice))
                    try await load.insert(flushes, pace, through: pool, counts ? bare : Waits())
                }
                await pool.close()
                let statistics = appender.statistics
                let size = Double(statistics.batchSizes.sum) / Double(max(1, statistics.flushes))
                let flush = statistics.flushTimes.sum.inSeconds / Double(max(1, statistics.flushes)) * 1_000
                return ", batches of \(size.short), flush \(flush.short) ms"
            }
        }
        guard waits.failed == 0 else { throw Trouble("\(waits.failed) appends failed") }
        return (waits.figure(note), bare.figure)
    }

    private static let turnsOfWarmth = 4
}
