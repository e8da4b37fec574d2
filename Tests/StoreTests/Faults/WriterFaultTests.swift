import Crypto
import Glibc
import Loop
import Postgres
import Store
import TestKit
import Testing

/// What writers do to each other, and what becomes of them when one of them stops in the middle of it.
@Suite(.serialized, .timeLimit(.minutes(3))) struct WriterFaultTests {
    private static let rounds: Int32 = 100

    @Test func `of two writers that own one call, one gets each version and the other is told how far it is`()
        async throws
    {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first, appenders: 2) { test in
                let stream = UUID.v7()
                var stored: [UUID] = []
                for version in 1...Self.rounds {
                    let rivals = test.appenders.map { appender in
                        let new = event()
                        return (
                            new.id,
                            Task(executorPreference: test.loop) {
                                try await appender.append(append(to: stream, at: .version(version), [new]))
                            }
                        )
                    }
                    var losers = 0
                    for (id, rival) in rivals {
                        switch try await rival.value {
                        case .appended(let receipt):
                            #expect(receipt.versions == version...version)
                            stored.append(id)
                        case .conflict(let actual):
                            #expect(actual == version)
                            losers += 1
                        case .duplicate: Issue.record("version \(version) was taken for one that was there")
                        }
                    }
                    #expect(losers == 1)
                }
                #expect(try await test.everything().map(\.id) == stored)
            }
        }
    }

    @Test func `a backend is killed inside an append, the whole server restarts, and every promise holds`() async throws
    {
        try await PrivatePostgres.with { server in
            try await Loops.with { loops in
                try await LogUnderTest.with(on: loops.first, at: server.url) { test in
                    var kills = 0
                    try await AppendFaultTests.load(test) {
                        for _ in 0..<3 {
                            // Holds all lanes, so that an append is known to stand in its function.
                            await #expect(throws: PostgresError.self) {
                                try await test.pool.withTransaction { session in
                                    for lane in 0..<Int32(test.log.lanes) {
                                        try await session.query(
                                            "SELECT pg_advisory_xact_lock('events'::regclass::oid::int, \(lane))")
                                    }
                                    try await test.loop.until("an append that waits") {
                                        guard let victim = try await Self.waiting(test) else { return false }
                                        kill(victim, SIGKILL)
                                        kills += 1
                                        return true
                                    }
                                    // The server ends this session, too.
                                    try await session.query("SELECT pg_sleep(20)")
                                }
                            }
                            try await test.loop.until(
                                "the server is back", within: .seconds(30), every: .milliseconds(20)
                            ) {
                                do { return try await test.pool.query("SELECT 1").count == 1 } catch is PostgresError {
                                    return false
                                }
                            }
                        }
                    }
                    #expect(kills == 3)
                    #expect(!test.happenings.failures.isEmpty)
                }
            }
        }
    }

    @Test func `a writer that stalls with its lane locked holds up that lane alone, and nothing overtakes it`()
        async throws
    {
        try await PrivatePostgres.with { server in
            try await Loops.with { loops in
                try await LogUnderTest.with(on: loops.first, at: server.url) { test in
                    let held = UUID.v7()
                    let lane = test.log.lane(of: held)
                    let behind = Self.stream(of: test, where: { $0 == lane })
                    let elsewhere = Self.stream(of: test, where: { $0 != lane })
                    let waiting = try await test.pool.withTransaction { session in
                        _ = try await test.log.append(append(to: held, at: .version(1), events(2)), in: session)
                        kill(session.backend, SIGSTOP)
                        defer { kill(session.backend, SIGCONT) }
                        let waiting = (1...5).map { version in
                            Task(executorPreference: test.loop) {
                                try await test.appender.append(append(to: behind, at: .version(version), events(1)))
                            }
                        }
                        try await test.loop.until("an append waits for the lane") {
                            try await Self.waiting(test) != nil
                        }
                        let other = try await test.appender.append(append(to: elsewhere, at: .version(1), events(1)))
                        #expect(other.receipt != nil)
                        try await test.loop.until("the lock's limit strikes") {
                            test.happenings.failures.contains { $0?.sqlState == .lockNotAvailable }
                        }
                        #expect(try await test.log.version(of: behind, through: .pool(test.pool)) == 0)
                        return waiting
                    }
                    for task in waiting { #expect(try await task.value.receipt != nil) }
                    let streams = try await test.everything().filter { $0.lane == lane }.map(\.stream)
                    #expect(streams == [held, held] + [UUID](repeating: behind, count: 5))
                }
            }
        }
    }

    @Test func `batches that name the lanes in opposite orders never lock each other out`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first, appenders: 2) { test in
                // For each writer a stream in every lane, in the order of the lanes and against it.
                let up = (0..<test.log.lanes).map { lane in Self.stream(of: test, where: { $0 == lane }) }
                let down = (0..<test.log.lanes).reversed().map { lane in Self.stream(of: test, where: { $0 == lane }) }
                for version in 1...Self.rounds {
                    let batches = zip(test.appenders, [up, down]).map { appender, streams in
                        Task(executorPreference: test.loop) {
                            try await test.together(
                                streams.map { append(to: $0, at: .version(version), events(1)) }, by: appender)
                        }
                    }
                    for batch in batches {
                        let verdicts = try await batch.value
                        #expect(verdicts.allSatisfy { $0.receipt != nil })
                    }
                }
                #expect(test.happenings.failures.isEmpty)
                let stored = try await test.everything().count
                #expect(stored == Int(Self.rounds) * (up.count + down.count))
                // Each batch was one statement that locked all lanes.
                #expect(test.appenders.map { $0.statistics.flushes } == [Int(Self.rounds), Int(Self.rounds)])
            }
        }
    }

    @Test func `the line is cut at every so many bytes of an append, each way, and every outcome is found out`()
        async throws
    {
        try await AppendFaultTests.behindProxy { test, proxy in
            let stream = UUID.v7()
            var sent: [UUID] = []
            let places =
                stride(from: 1, through: 1_500, by: 37).map { FaultyProxy.Mode.cut(.toServer, after: $0) }
                + stride(from: 1, through: 400, by: 11).map { FaultyProxy.Mode.cut(.toClient, after: $0) }
            var cuts = 0
            for place in places {
                let new = events(3)
                let first = Int32(sent.count) + 1
                sent += new.map(\.id)
                let failures = test.happenings.failures.count
                try proxy.turn(place)
                var answer: Result<AppendVerdict, AppendError>?
                test.appender.submit(append(to: stream, at: .version(first), new)) { answer = $0 }
                try await test.loop.until("a cut, or the verdict") {
                    test.happenings.failures.count > failures || answer != nil
                }
                if test.happenings.failures.count > failures { cuts += 1 }
                try proxy.turn(.pass)
                try await test.loop.until("the verdict") { answer != nil }
                let verdict = try answer?.get()
                #expect(verdict?.receipt?.versions == first...first + 2)
            }
            #expect(try await test.everything().map(\.id) == sent)
            // Both what never arrived and what was stored without our hearing of it.
            #expect(cuts > places.count / 3)
            #expect(test.appender.statistics.duplicates > 0)
        }
    }

    /// The backend of an append that waits for a lane. Asked outside any transaction: inside, the first answer stays.
    private static func waiting(_ test: LogUnderTest) async throws -> Int32? {
        try await test.pool.query(
            """
            SELECT pid FROM pg_stat_activity WHERE application_name = \(test.name)
                AND query LIKE '%append_event%' AND wait_event_type = 'Lock'
            """
        ).first?.decode(Int32.self)
    }

    private static func stream(of test: LogUnderTest, where isRight: (Int16) -> Bool) -> UUID {
        while true {
            let stream = UUID.v7()
            if isRight(test.log.lane(of: stream)) { return stream }
        }
    }
}
