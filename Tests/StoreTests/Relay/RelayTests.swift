import Glibc
import Loop
import Postgres
import Redis
import TestKit
import Testing

@testable import Store

/// Relays between a real Postgres and a real Redis, and what may be done to either.
@Suite(.timeLimit(.minutes(3))) struct RelayTests {
    @Test func `every event is in its lane's stream, by its position, and says no more than which it is`() async throws
    {
        try await withRelay { test in
            try await test.append(1_000)
            try await test.running { relays in
                try await test.untilRelayed()
                try await test.append(300)
                relays[0].nudge()
                try await test.untilRelayed()
                let count = try await test.check(wholeFrom: 1)
                #expect(count >= 1_200)
                try await test.loop.until("the last reply") { relays[0].statistics.published == count }
                #expect(relays[0].statistics.rejects == 0 && relays[0].statistics.republishes == 0)
                try await test.loop.until("no lag") { relays[0].statistics.lags.allSatisfy { $0 == 0 } }
                #expect(relays[0].statistics.lags.count == 16)
            }
            #expect(test.told.all.isEmpty)
        }
    }

    @Test func `five relays at once publish every event once`() async throws {
        try await withRelay { test in
            try await test.running(5) { relays in
                for _ in 0..<10 {
                    try await test.append(200)
                    for relay in relays { relay.nudge() }
                }
                try await test.untilRelayed()
                let count = try await test.check(wholeFrom: 1)
                try await test.loop.until("the last reply") {
                    relays.reduce(0) { $0 + $1.statistics.published } >= count
                }
                #expect(relays.reduce(0) { $0 + $1.statistics.published } == count)
            }
        }
    }

    @Test func `after FLUSHALL, streams begin again behind the slowest checkpoint`() async throws {
        try await withRelay { test in
            try await test.append(100, lane: 3)
            try await test.checkpoint(100, of: "calls@1", lane: 3)
            try await test.checkpoint(40, of: "live@1", lane: 3)
            try await test.running(1, { $0.trimEvery = .seconds(60) }) { relays in
                try await test.untilRelayed()
                _ = try await test.client.command("FLUSHALL")
                try await test.untilRelayed()
                let positions = try await test.positions(3)
                #expect(positions == Array(41...100))
                try await test.check()
                // The first time, too: who begins before an empty Redis can't know what was there.
                #expect(relays[0].statistics.republishes == 2)
                // All consumed: nothing needs to be there.
                try await test.checkpoint(100, of: "live@1", lane: 3)
                try await test.loop.sleep(for: .milliseconds(60))
                _ = try await test.client.command("FLUSHALL")
                try await test.append(1, lane: 3)
                try await test.untilRelayed()
                let rest = try await test.positions(3)
                #expect(rest == [101])
            }
            let republished = test.told.count { if case .republishing(lane: 3, after: 40) = $0 { true } else { false } }
            #expect(republished == 2)
        }
    }

    @Test func `one lane's key deleted, others untouched; entries deleted or trimmed are not sent again`() async throws
    {
        try await withRelay { test in
            try await test.append(20, lane: 1)
            try await test.append(20, lane: 2)
            try await test.running { relays in
                try await test.untilRelayed()
                try await test.client.delete(test.key(1))
                try await test.loop.until("the one stream again") { relays[0].statistics.published == 60 }
                _ = try await test.client.command("XDEL", .text(test.key(2)), "7-0")
                _ = try await test.client.command("XTRIM", .text(test.key(2)), "MAXLEN", "0")
                try await test.append(1, lane: 2)
                try await test.untilRelayed()
                let positions = try await test.positions(2)
                #expect(positions == [21])
                try await test.loop.until("its reply") { relays[0].statistics.published == 61 }
                try await test.check()
            }
        }
    }

    @Test
    func
        `an entry beyond the head, or a key of another kind, does not stop the lane: it is deleted, and that is an alarm`()
        async throws
    {
        try await withRelay { test in
            try await test.append(10, lane: 5)
            try await test.append(10, lane: 6)
            try await test.running { relays in
                try await test.untilRelayed()
                _ = try await test.client.command("XADD", .text(test.key(5)), "18446744073709551615-7", "s", "phantom")
                try await test.loop.until("the alarm") { relays[0].statistics.phantoms == 1 }
                _ = try await test.client.command("SET", .text(test.key(6)), "a word")
                try await test.loop.until("the alarm") { relays[0].statistics.phantoms == 2 }
                try await test.append(1, lane: 5)
                try await test.untilRelayed()
                try await test.check(wholeFrom: 1)
            }
            let lanes = test.told.all.compactMap { if case .phantom(let lane) = $0 { lane } else { nil } }
            #expect(lanes == [5, 6])
        }
    }

    @Test func `a foreign entry in the next position's place stays alone: what follows is genuine`() async throws {
        try await withRelay { test in
            try await test.append(10, lane: 5)
            let relay = test.relay()
            _ = try await relay.round()
            _ = try await test.client.command("XADD", .text(test.key(5)), "11-0", "s", "foreign")
            try await test.append(2, lane: 5)
            _ = try await relay.round()
            let entries = try await test.client.entries(of: test.key(5), limit: 100)
            #expect(entries.map(\.id.time) == Array(1...12))
            #expect(entries[10]["e"] == nil && entries[11]["e"] != nil)
            #expect(relay.statistics.phantoms == 0)
        }
    }

    @Test func `a relay that slept with a page in its hands is refused, entry by entry`() async throws {
        try await withRelay { test in
            try await test.append(30, lane: 4)
            // What it had read before it slept.
            let found = try await RelaySource(log: test.log.log, pool: test.log.pool).entries(
                behind: [4: 10], limit: 15)
            let stale = try #require(found[4]).get()
            try await test.running { _ in try await test.untilRelayed() }
            let published = try await RelayRedis(client: test.client).publish(
                [(key: test.key(4), entries: stale)], keeping: 20_000)
            #expect(published == RelayRedis.Published(accepted: 0, rejected: 15))
            try await test.check(wholeFrom: 1)
        }
    }

    @Test func `what one script adds is bounded, however much there is, and nothing changes its order`() {
        let most = RelayRedis.entriesAtOnce
        let pages = [3, most + 1, 1, 2 * most].enumerated().map { index, count in
            (
                key: "\(index)",
                entries: (1...count).map { position in
                    RelayRedis.Entry(position: Int64(position), stream: "", version: 1, event: "", type: "")
                }
            )
        }
        let parts = RelayRedis.parts(pages)
        #expect(parts.map { $0.reduce(0) { $0 + $1.entries.count } } == [most, most, most, 5])
        var seen: [String: [Int64]] = [:]
        for page in parts.joined() { seen[page.key, default: []] += page.entries.map(\.position) }
        for page in pages { #expect(seen[page.key] == page.entries.map(\.position)) }
        #expect(RelayRedis.parts([]).isEmpty)
    }

    @Test func `a reader that waits is answered with all that a look has found in a lane`() async throws {
        try await withRelay { test in
            let relay = test.relay()
            _ = try await relay.round()
            try await test.append(5, lane: 2)
            async let batches = test.client.read(
                [(test.key(2), .after(RedisStreamID(time: 0, number: 0)))], limit: 100, block: .seconds(20))
            while try await test.client.command("INFO", "clients").text?.contains("blocked_clients:0\r") != false {
                try await test.client.loop.sleep(for: .milliseconds(1))
            }
            _ = try await relay.round()
            #expect(try await batches.map(\.entries.count) == [5])
        }
    }

    @Test func `more than a page is brought page by page without a pause`() async throws {
        try await withRelay { test in
            try await test.append(1_201, lane: 0)
            try await test.running {
                $0.pageMax = 16 * 100
                $0.pauseWhenIdle = .seconds(3600)
                $0.pauseWhenBusy = .seconds(3600)
            } _: { relays in
                try await test.untilRelayed()
                try await test.check(wholeFrom: 1)
                #expect(relays[0].statistics.rounds == 13)
            }
        }
    }

    @Test func `a lane stops when its slowest consumer is too far behind, and goes on when it has come nearer`()
        async throws
    {
        try await withRelay { test in
            try await test.append(100, lane: 7)
            try await test.append(100, lane: 8)
            try await test.checkpoint(0, lane: 7)
            try await test.running {
                $0.pageMax = 16 * 10
                $0.aheadMax = 40
            } _: { relays in
                try await test.untilRelayed(after: [8])
                try await test.loop.until("the hold") { relays[0].statistics.lanesHeld == 1 }
                let held = try await test.positions(7)
                #expect(held == Array(1...50))
                #expect(relays[0].statistics.lags[7] == 50)
                try await test.checkpoint(60, lane: 7)
                try await test.untilRelayed()
                #expect(relays[0].statistics.lanesHeld == 0 || relays[0].statistics.lags[7] == 0)
                // What the consumer is past may be dropped by now, the rest is there.
                let positions = try await test.positions(7)
                #expect(positions.suffix(40) == Array(61...100)[...])
            }
        }
    }

    @Test func `consumers that retired, or are being built beside a live one, hold nothing back`() async throws {
        try await withRelay { test in
            try await test.append(10, lane: 7)
            try await test.checkpoint(10, of: "calls@2", lane: 7)
            try await test.checkpoint(0, of: "calls@1", lane: 7)
            try await test.checkpoint(0, of: "calls@3", lane: 7)
            try await test.log.pool.execute("UPDATE consumer_lanes SET is_retired = true WHERE consumer = 'calls@1'")
            try await test.log.pool.execute("UPDATE consumer_lanes SET follows = 'calls@2' WHERE consumer = 'calls@3'")
            let source = RelaySource(log: test.log.log, pool: test.log.pool)
            let slowest = try await source.slowest()
            #expect(slowest == [7: 10])
        }
    }

    @Test
    func
        `what all consumers are past is dropped, whole blocks at a time, and streams nobody cares for go by themselves`()
        async throws
    {
        try await withRelay(["--stream-node-max-entries", "10"]) { test in
            try await test.append(100, lane: 9)
            try await test.running { relays in
                try await test.untilRelayed()
                try await test.checkpoint(57, lane: 9)
                try await test.loop.until("trimming") { relays[0].statistics.entriesTrimmed >= 50 }
                let positions = try await test.positions(9)
                #expect(positions == Array(51...100))
                let life = try await test.client.command("PTTL", .text(test.key(9))).integer
                #expect((1...86_400_000).contains(life ?? 0))
            }
        }
    }

    @Test func `a stream keeps about as many entries as its limit says`() async throws {
        try await withRelay(["--stream-node-max-entries", "10"]) { test in
            try await test.append(100, lane: 9)
            try await test.running(1, { $0.keep = 30 }) { _ in
                try await test.untilRelayed()
                let positions = try await test.positions(9)
                #expect((30..<40).contains(positions.count) && positions.last == 100)
            }
        }
    }

    @Test func `when Redis' memory is full, nothing is added, and when there is room again, all is`() async throws {
        try await withRelay(["--maxmemory", "100mb"]) { test in
            try await test.append(100)
            let ballast = [UInt8](repeating: 1, count: 5 << 20)
            for number in 0..<15 { _ = try await test.client.command("SET", .number(number), .bytes(ballast)) }
            try await test.running { relays in
                try await test.loop.until("the hold") { relays[0].statistics.redisIsFull }
                let before = relays[0].statistics.published
                #expect(before == 0)
                for number in 0..<15 { try await test.client.delete("\(number)") }
                try await test.untilRelayed()
                try await test.check(wholeFrom: 1)
                #expect(!relays[0].statistics.redisIsFull)
            }
            let told = test.told.all.compactMap { if case .redisIsFull(let isFull) = $0 { isFull } else { nil } }
            #expect(told == [true, false])
        }
    }

    @Test func `an OOM refusal is no failure of the round: the lane waits`() async throws {
        try await withRelay { test in
            try await test.append(20, lane: 1)
            _ = try await test.client.command("CONFIG", "SET", "maxmemory", "1")
            var limits = RelayLimits()
            limits.memoryShareMax = .infinity
            let relay = test.relay(limits)
            let workLeft = try await relay.round()
            #expect(!workLeft && relay.statistics.redisIsFull && relay.statistics.published == 0)
            _ = try await test.client.command("CONFIG", "SET", "maxmemory", "0")
            relay.forgetWhatWasSeen()
            _ = try await relay.round()
            #expect(relay.statistics.published == 20 && !relay.statistics.redisIsFull)
            try await test.check(wholeFrom: 1)
        }
    }

    @Test
    func
        `Redis killed and started empty, again and again under load: the streams end whole, without a restart of ours`()
        async throws
    {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { log in
                try await TemporaryFolder.with { folder in
                    try await RelayUnderTest.with("unix://\(folder.path("redis.sock"))", log) { test in
                        try await test.running(2) { relays in
                            for round in 0..<4 {
                                try await PrivateRedis.with(in: folder, on: loops.first) { server in
                                    try await loops.first.until("Redis") { test.client.health.condition == .connected }
                                    try await test.append(128)
                                    try await test.untilRelayed()
                                    try await test.append(64)
                                    if round == 3 {
                                        try await test.untilRelayed()
                                        try await test.check(wholeFrom: 1)
                                    }
                                    server.process.send(SIGKILL)
                                    _ = try await server.process.exit(on: loops.first)
                                }
                                // Postgres takes events meanwhile.
                                try await test.append(64)
                            }
                            #expect(relays.allSatisfy { $0.statistics.restartsSeen >= 1 })
                            #expect(relays.allSatisfy { $0.statistics.roundsFailed >= 1 })
                        }
                    }
                }
            }
        }
    }
}
