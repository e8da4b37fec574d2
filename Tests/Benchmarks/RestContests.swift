/// Our API beside the same three routes as FastAPI would have them: one process on each side, one database, the same calls, the
/// same checks.
enum RestContests {
    static let all = [
        processorTime("rest-list", "`GET /calls?limit=50&status[eq]=ended`") { $0.list },
        processorTime("rest-call", "`GET /calls/{id}`") { $0.one },
        processorTime("rest-webhook", "a Telnyx webhook: signature, inbox and event") { $0.webhooks(30_000) },
        wait("rest-list-wait", "`GET /calls?limit=50&status[eq]=ended`") { bench, _ in bench.list },
        wait("rest-call-wait", "`GET /calls/{id}`") { bench, _ in bench.one },
        wait("rest-webhook-wait", "a Telnyx webhook: signature, inbox and event") { $0.webhooks($1) },
    ]

    private static let peer = "FastAPI, SQLAlchemy, asyncpg"
    private static let seconds = 4.0

    private static func processorTime(
        _ name: String, _ what: String, _ requests: @escaping @Sendable (RestBench) -> [[UInt8]]
    ) -> Contest {
        Contest(
            name: name, question: "\(what), requests per second of CPU", peer: peer, unit: "/s", goal: .atLeast(8)
        ) { body in
            let bench = try RestBench()
            defer { bench.clear() }
            try body(
                { try perProcessorSecond(bench.ours, RestBench.ourPort, requests(bench)) },
                { try perProcessorSecond(bench.theirs, RestBench.theirPort, requests(bench)) })
        }
    }

    private static func perProcessorSecond(_ server: Child, _ port: UInt16, _ requests: [[UInt8]]) throws -> Figure {
        let (warm, rest) =
            requests.count > 1 ? (requests.prefix(500), requests.dropFirst(500)) : (requests[...], requests[...])
        _ = try RestLoad.run(port: port, Array(warm), seconds: 1)
        let before = Accounts.processorTime(of: server.identifier)
        let load = try RestLoad.run(port: port, Array(rest), seconds: seconds)
        let spent = Accounts.processorTime(of: server.identifier) - before
        return Figure(
            Double(load.count) / (Double(spent) / 1e9),
            note: "(\((Double(load.count) / load.seconds).short) requests/s)")
    }

    private static func wait(
        _ name: String, _ what: String, _ requests: @escaping @Sendable (RestBench, _ count: Int) -> [[UInt8]]
    ) -> Contest {
        Contest(
            name: name, question: "99th percentile of \(what), at half of what the peer can do", peer: peer, unit: "ms",
            goal: .atMost(1)
        ) { body in
            let bench = try RestBench()
            defer { bench.clear() }
            let most = try RestLoad.run(port: RestBench.theirPort, requests(bench, 10_000), seconds: 3)
            let rate = max(1, Int(Double(most.count) / most.seconds / 2))
            func measure(_ port: UInt16) throws -> Figure {
                let count = Int(Double(rate) * seconds) + 1
                let load = try RestLoad.run(
                    port: port, requests(bench, count), seconds: seconds, perSecond: rate)
                return Figure(load.high, note: "(median \(load.half.short), \(rate) requests/s)")
            }
            // Once before it counts, for caches and prepared statements.
            _ = try (measure(RestBench.ourPort), measure(RestBench.theirPort))
            try body({ try measure(RestBench.ourPort) }, { try measure(RestBench.theirPort) })
        }
    }
}
