import Foundation
import Loop
import Postgres
import Redis

/// What our clients of Postgres and Redis cost, beside the tools that ship with the servers.
enum StoreContests {
    static let all = [select, append]

    private static let seconds = 4

    // MARK: - Postgres

    private static let select = Contest(
        name: "select", question: "primary-key SELECT by 32 tasks, queries per second of client CPU",
        peer: "`pgbench -S -M prepared -c 32 -j 1`", unit: "k/s", goal: .atLeast(2)
    ) { body in
        let database = try address("DATABASE_OWNER_URL")
        _ = try Child(core: nil, "pgbench", ["-i", "-s", "10", "-q", database]).finish()
        try body({ try ourSelects(database) }, { try pgbench(database) })
    }

    private static func ourSelects(_ database: String) throws -> Figure {
        let before = Accounts.ownTime()
        let count = try Loops.run(1, name: "select") { loops in
            let loop = loops.first
            let pool = PostgresPool(try PostgresConfiguration(database), on: loop)
            let end = Moment.now + .seconds(seconds)
            let count = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<32 {
                    group.addTask(executorPreference: loop) {
                        var account = task
                        var done = 0
                        while loop.turn < end {
                            account = (account &* 7_919 &+ 104_729) % 1_000_000
                            let rows = try await pool.query(
                                "SELECT abalance FROM pgbench_accounts WHERE aid = \(account + 1)")
                            guard try rows.one.decode(Int.self) == 0 else { throw Trouble("a wrong balance came back") }
                            done += 1
                        }
                        return done
                    }
                }
                return try await group.reduce(0, +)
            }
            await pool.close()
            return count
        }
        return rate(count, Accounts.ownTime() - before)
    }

    private static func pgbench(_ database: String) throws -> Figure {
        let before = Accounts.childrenTime()
        let text = try Child(
            core: nil, "pgbench",
            ["-n", "-S", "-M", "prepared", "-c", "32", "-j", "1", "-T", String(seconds), database]
        ).finish()
        guard let match = text.firstMatch(of: /transactions actually processed: (\d+)/), let count = Int(match.1) else {
            throw Trouble("pgbench said nothing usable: \(text)")
        }
        return rate(count, Accounts.childrenTime() - before)
    }

    private static func rate(_ count: Int, _ nanoseconds: UInt64) -> Figure {
        Figure(Double(count) / Double(nanoseconds) * 1e6, note: "(\(count / seconds)/s of wall time)")
    }

    // MARK: - Redis

    private static let append = Contest(
        name: "xadd", question: "`XADD` of 350 bytes, 50 at a time, operations per second",
        peer: "`redis-benchmark -c 50 -P 1`", unit: "k/s", goal: .atLeast(1)
    ) { body in
        let redis = try address("REDIS_URL")
        try body({ try ourAppends(redis) }, { try redisBenchmark(redis) })
    }

    private static let entry = [UInt8](repeating: UInt8(ascii: "x"), count: 350)
    private static let appends = 400_000

    private static func ourAppends(_ address: String) throws -> Figure {
        try Loops.run(1, name: "xadd") { loops in
            let loop = loops.first
            let settings = RedisSettings(address: try RedisAddress(address))
            let resolver = HostResolver(on: try Lane(name: "names"))
            return try await RedisClient.with(settings, on: loop, resolver: resolver) { client in
                _ = try await client.command("PING", call: RedisCall(whileDown: .wait(.seconds(5))))
                let began = Moment.now
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<50 {
                        group.addTask(executorPreference: loop) {
                            for _ in 0..<appends / 50 {
                                try await client.add(to: "bench:ours", [.init("data", entry)], keeping: 100_000)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                return Figure(Double(appends) / (Moment.now - began).inSeconds / 1_000)
            }
        }
    }

    private static func redisBenchmark(_ address: String) throws -> Figure {
        let text = try Child(
            core: nil, "redis-benchmark",
            [
                "-u", address, "-c", "50", "-P", "1", "-n", String(appends), "--csv", "XADD", "bench:theirs", "MAXLEN",
                "~", "100000",
                "*", "data", String(decoding: entry, as: UTF8.self),
            ]
        ).finish()
        guard let line = text.split(separator: "\n").last, let match = line.firstMatch(of: /","([0-9.]+)"/),
            let rate = Double(match.1)
        else { throw Trouble("redis-benchmark said nothing usable: \(text)") }
        return Figure(rate / 1_000)
    }

    static func address(_ name: String) throws -> String {
        guard let value = ProcessInfo.processInfo.environment[name] else {
            throw Trouble("\(name) is not set; `make bench` starts servers and sets it")
        }
        return value
    }
}
