import Store

/// The way of an event through the whole of it: Postgres, relay, Redis, consumer, Postgres.
enum EventsContests {
    static let all = [median, tail, rebuild]

    private static let perSecond = 2_000
    private static let seconds = 6
    private static let rebuilt = 200_000

    private static let median = contest(
        "events-end-to-end", "half of all effects, from an append's hour until they are seen committed", limit: 5
    ) { $0.median }
    private static let tail = contest(
        "events-end-to-end-tail", "99 of 100 effects, from an append's hour until they are seen committed", limit: 30
    ) { $0.figure }

    private static func contest(
        _ name: String, _ question: String, limit: Double, _ figure: @escaping @Sendable (Waits) -> Figure
    ) -> Contest {
        Contest(
            name: name, question: "\(question), \(perSecond) events/s offered", peer: "the limit", unit: "ms",
            goal: .atMost(1)
        ) { body in
            let bench = try AppendBench()
            defer { bench.clear() }
            try body({ figure(try bench.effects(perSecond: perSecond, seconds: seconds)) }, { Figure(limit) })
        }
    }

    private static let rebuild = Contest(
        name: "rebuild-log", question: "a new version of the calls' read model, one worker, 200,000 events of the log",
        peer: "the limit", unit: "events/s", goal: .atLeast(1), rounds: 2
    ) { body in
        let bench = try AppendBench()
        defer { bench.clear() }
        try bench.fill(with: try SpokenCalls.events(rebuilt))
        var version: Int32 = 1
        try body(
            {
                version += 1
                return try bench.rebuild(version: version, of: rebuilt)
            }, { Figure(20_000) })
    }
}
