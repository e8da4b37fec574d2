import Crypto
import Loop
import Postgres
import Redis
import Store
import Synchronization
import TestKit
import Testing

/// A second server: commits that wait for it, and its turn to be the first.
@Suite(.serialized, .timeLimit(.minutes(3))) struct StandbyTests {
    @Test func `while the standby is silent no append is acknowledged, however often its wait is cancelled`()
        async throws
    {
        try await TwoServers.with { servers in
            try await servers.waitForStandby()
            try await servers.withClients { pool in
                let happened = Happened()
                var limits = AppendLimits()
                limits.flushDeadline = .milliseconds(1_500)
                let appender = EventAppender(pool, limits: limits) { happened.add($0) }
                let life = Task(executorPreference: servers.loop) { await appender.run() }
                let stream = UUID.v7()
                _ = try await appender.append(append(to: stream, at: .version(1), [event()]))

                try await servers.standby.freeze()
                let verdict = Mutex<Result<AppendVerdict, AppendError>?>(nil)
                let second = append(to: stream, at: .version(2), [event()])
                appender.submit(second, within: .seconds(120)) { result in verdict.withLock { $0 = result } }
                func isWaiting() async throws -> Bool {
                    try await servers.asked(
                        "SELECT (count(*) > 0)::text FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
                        of: servers.primary) == "true"
                }
                // By an operator, and then by the appender itself, which does not wait for ever.
                try await servers.loop.until("its commit waits", within: .seconds(20), isWaiting)
                try await servers.command(
                    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
                    servers.primary)
                try await servers.loop.until("three flushes in vain", within: .seconds(30)) {
                    happened.failures.count >= 3
                }
                #expect(happened.failures.contains { $0?.code == .commitOutcomeUnknown })
                // It is here, and only here.
                #expect(try await servers.events(on: servers.primary) == 2)
                try await servers.loop.until("it waits again", within: .seconds(20), isWaiting)
                #expect(verdict.withLock { $0 } == nil)

                try await servers.standby.thaw()
                try await servers.loop.until("the verdict", within: .seconds(30)) { verdict.withLock { $0 } != nil }
                let receipt = try verdict.withLock { $0 }?.get().receipt
                #expect(receipt?.versions == 2...2)
                // What is acknowledged survives the primary.
                try await servers.primary.crash()
                try await servers.promote()
                #expect(try await servers.events(on: servers.standby) == 2)
                await appender.close(within: .zero)
                life.cancel()
                await life.value
            }
        }
    }

    @Test func `an asynchronous failover loses the tail, and the journal brings it back, once, with its effects`()
        async throws
    {
        try await TwoServers.with { servers in
            try await servers.withClients { pool in
                let log = try await EventLog.read(through: .pool(pool))
                let old = try await StreamKeys.read(log.id, through: .pool(pool))
                let test = ConsumersUnderTest(
                    test: LogUnderTest(pool: pool, log: log, appenders: [], happenings: Happened(), name: ""))
                try await pool.execute(EffectConsumer.table)
                try await PrivateRedis.with(on: servers.loop) { redis in
                    try await test.client(redis) { client in
                        let relay = Relay(log, from: pool, to: client)
                        let relaying = Task(executorPreference: servers.loop) { await relay.run() }
                        try await test.working(test.worker(try EffectConsumer(), redis: client)) {
                            try await Self.failOver(servers, test)
                        }
                        relay.stop()
                        await relaying.value
                        let new = try await StreamKeys.read(log.id, through: .pool(pool))
                        #expect(old.timeline < new.timeline)
                        var entries = 0
                        for lane in 0..<log.lanes {
                            entries += try await client.entries(of: new.key(of: lane), limit: 10_000).count
                        }
                        #expect(entries > 0)
                    }
                }
            }
        }
    }

    private static func failOver(_ servers: TwoServers, _ test: ConsumersUnderTest) async throws {
        try await TemporaryFolder.with { folder in
            try await RecorderUnderTest.with(through: test.pool, in: folder.path("journal")) { recording in
                var written: [UUID: [UUID]] = [:]
                let streams = (0..<20).map { _ in UUID.v7() }
                func write(_ rounds: Int) async throws {
                    for _ in 0..<rounds {
                        for stream in streams {
                            let next = written[stream, default: []].count + 1
                            let append = append(to: stream, at: .version(Int32(next)), StoreTests.events(2))
                            #expect(recording.recorder.take(append))
                            written[stream, default: []] += append.events.map(\.id)
                        }
                    }
                    try await recording.untilIdle()
                    try await test.untilDone()
                }
                try await write(5)
                try await servers.untilCaughtUp()
                try await servers.cut()
                try await write(10)
                #expect(try await servers.events(on: servers.primary) == 600)
                #expect(try await servers.events(on: servers.standby) == 200)

                try await servers.primary.crash()
                try await servers.promote()
                try await write(5)
                #expect(recording.recorder.statistics.timelineChanges == 1)
                #expect(recording.happened.conflicts == 0)
                let findings = try await test.findings()
                #expect(findings.isExact && findings.events == 800, "\(findings)")
                for event in try await test.test.everything() {
                    #expect(written[event.stream]?[Int(event.version) - 1] == event.id)
                }
            }
        }
    }

    @Test func `an old primary that comes back writable gets nothing from whoever has seen its successor`() async throws
    {
        try await TwoServers.with { servers in
            try await servers.withClients { pool in
                let happened = Happened()
                let appender = EventAppender(pool) { happened.add($0) }
                let life = Task(executorPreference: servers.loop) { await appender.run() }
                let stream = UUID.v7()
                _ = try await appender.append(append(to: stream, at: .version(1), [event()]))
                try await servers.untilCaughtUp()
                try await servers.primary.crash()
                try await servers.promote()
                _ = try await appender.append(append(to: stream, at: .version(2), [event()]), within: .seconds(60))

                // It is the first of the list, so whoever connects now gets the old one.
                try await servers.primary.start()
                try await servers.command(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE backend_type = 'client backend' AND usename = 'ledgerline'
                    """, servers.standby)
                let third = Mutex<Result<AppendVerdict, AppendError>?>(nil)
                appender.submit(append(to: stream, at: .version(3), [event()]), within: .seconds(120)) { result in
                    third.withLock { $0 = result }
                }
                try await servers.loop.until("it is found out", within: .seconds(30)) {
                    happened.all.contains { if case .serverIsBehind = $0 { true } else { false } }
                }
                #expect(try await servers.events(on: servers.primary) == 1)
                #expect(third.withLock { $0 } == nil)
                try await servers.primary.crash()
                try await servers.loop.until("the verdict", within: .seconds(60)) { third.withLock { $0 } != nil }
                #expect(try third.withLock { $0 }?.get().receipt?.versions == 3...3)
                #expect(try await servers.events(on: servers.standby) == 3)
                await appender.close(within: .zero)
                life.cancel()
                await life.value
            }
        }
    }
}
