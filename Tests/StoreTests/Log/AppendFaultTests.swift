import Crypto
import Loop
import Postgres
import Store
import TestKit
import Testing

/// What happens to appends when the server, or the line to it, does not do its part: none is lost, none is stored twice,
/// and none is acknowledged that is not there.
@Suite(.serialized, .timeLimit(.minutes(3))) struct AppendFaultTests {
    /// Appends to many streams for as long as `fault` takes, and checks that every acknowledged event is there once.
    static func load(_ test: LogUnderTest, streams: Int = 24, during fault: () async throws -> Void)
        async throws
    {
        let goOn = Flag()
        let tasks = (0..<streams).map { _ in
            Task(executorPreference: test.loop) {
                let stream = UUID.v7()
                var acknowledged: [UUID] = []
                while goOn.isRaised {
                    let new = events(2)
                    let verdict = try await test.appender.append(
                        append(to: stream, at: .version(Int32(acknowledged.count) + 1), new))
                    #expect(verdict.receipt != nil, "\(verdict)")
                    acknowledged += new.map(\.id)
                }
                return (stream, acknowledged)
            }
        }
        try await fault()
        goOn.lower()
        var stored: [UUID: [UUID]] = [:]
        var acknowledged: [UUID: [UUID]] = [:]
        for task in tasks {
            let (stream, ids) = try await task.value
            acknowledged[stream] = ids
        }
        for event in try await test.everything() { stored[event.stream, default: []].append(event.id) }
        #expect(stored == acknowledged)
        #expect(test.appender.statistics.eventsWaiting == 0)
    }

    @Test func `backends are terminated in the middle of flushes`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                try await Self.load(test) {
                    for _ in 0..<8 {
                        // Past what its session does before its first flush.
                        let flushes = test.appender.statistics.flushes
                        try await test.loop.until("it flushes, again") { test.appender.statistics.flushes > flushes }
                        try await test.pool.execute(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE application_name = \(test.name) AND query LIKE '%append_event%'
                            """)
                    }
                }
                #expect(!test.happenings.failures.isEmpty)
                #expect(test.appender.statistics.flushesFailed > 0)
            }
        }
    }

    @Test func `the server crashes and comes back`() async throws {
        try await PrivatePostgres.with { server in
            try await Loops.with { loops in
                try await LogUnderTest.with(on: loops.first, at: server.url) { test in
                    try await Self.load(test) {
                        for _ in 0..<2 {
                            try await test.loop.sleep(for: .milliseconds(200))
                            try await server.crash()
                            try await server.start()
                            try await test.loop.sleep(for: .milliseconds(200))
                        }
                    }
                    #expect(!test.happenings.failures.isEmpty)
                }
            }
        }
    }

    @Test func `an answer that got lost is asked for again`() async throws {
        try await Self.behindProxy { test, proxy in
            let stream = UUID.v7()
            try proxy.turn(.blackhole(.toClient))
            let waiting = Task(executorPreference: test.loop) {
                try await test.appender.append(append(to: stream, at: .version(1), events(2)))
            }
            try await test.loop.until("it is stored") {
                try await test.log.version(of: stream, through: .pool(test.pool)) == 2
            }
            try await test.loop.until("the flush is given up") { !test.happenings.failures.isEmpty }
            try proxy.turn(.pass)
            proxy.drop()
            let verdict = try await waiting.value
            guard case .duplicate(let receipt) = verdict else { return #expect(Bool(false), "\(verdict)") }
            #expect(receipt.versions == 1...2)
            #expect(try await test.everything().count == 2)
        }
    }

    @Test func `whoever waited too long is told whether anything was sent`() async throws {
        try await Self.behindProxy { test, proxy in
            try proxy.turn(.blackhole(.toClient))
            await #expect(throws: AppendError.outcomeUnknown) {
                try await test.appender.append(
                    append(to: .v7(), at: .version(1), events(1)), within: .milliseconds(100))
            }
            try proxy.turn(.refuse)
            proxy.drop()
            try await test.loop.until("the session is lost") { !test.happenings.failures.isEmpty }
            await #expect(throws: AppendError.tooLate) {
                try await test.appender.append(
                    append(to: .v7(), at: .version(1), events(1)), within: .milliseconds(100))
            }
            #expect(test.appender.statistics.overdue == 2)
            #expect(test.appender.statistics.eventsWaiting == 0)
            try proxy.turn(.pass)
            let verdict = try await test.appender.append(append(to: .v7(), at: .version(1), events(1)))
            #expect(verdict.receipt != nil)
        }
    }

    @Test func `more than may wait is refused, and long lines are told`() async throws {
        var limits = AppendLimits()
        limits.waitingEventsMax = 100
        limits.waitingBytesMax = 100_000
        try await Self.behindProxy(limits) { test, proxy in
            try proxy.turn(.refuse)
            proxy.drop()
            var results: [Result<AppendVerdict, AppendError>] = []
            for _ in 0..<10 {
                test.appender.submit(append(to: .v7(), at: .version(1), events(10))) { results.append($0) }
            }
            #expect(results.isEmpty)
            await #expect(throws: AppendError.logIsFull) {
                try await test.appender.append(append(to: .v7(), at: .version(1), events(1)))
            }
            try proxy.turn(.pass)
            try await test.loop.until("all are stored") { results.count == 10 }
            #expect(results.count { $0.isStored } == 10)

            try proxy.turn(.refuse)
            proxy.drop()
            let heavy = event(.v7(), "\"" + String(repeating: "x", count: 60_000) + "\"")
            test.appender.submit(append(to: .v7(), at: .version(1), [heavy])) { results.append($0) }
            await #expect(throws: AppendError.logIsFull) {
                try await test.appender.append(append(to: .v7(), at: .version(1), [heavy]))
            }
            try proxy.turn(.pass)
            try await test.loop.until("that too") { results.count == 11 }
            #expect(test.appender.statistics.refusedFull == 2)
            let told = test.happenings.all.compactMap { happening in
                switch happening {
                case .lineIsLong: "long"
                case .lineIsShort: "short"
                default: nil
                }
            }
            #expect(told == ["long", "short", "long", "short"])
            #expect(try await test.everything().count == 101)
        }
    }

    @Test func `closing waits for what is on its way, and takes nothing new`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                var results: [Result<AppendVerdict, AppendError>] = []
                for _ in 0..<50 {
                    test.appender.submit(append(to: .v7(), at: .version(1), events(3))) { results.append($0) }
                }
                await test.appender.close()
                #expect(results.count == 50)
                #expect(results.count { $0.isStored } == 50)
                await #expect(throws: AppendError.closed) {
                    try await test.appender.append(append(to: .v7(), at: .version(1), events(1)))
                }
                let stored = try await test.everything()
                #expect(stored.count == 150)
            }
        }
    }

    /// A log whose appenders reach their server over a line that can be made bad.
    static func behindProxy(
        _ limits: AppendLimits = AppendLimits(),
        _ body: @escaping @Sendable (LogUnderTest, FaultyProxy) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            let url = try Services.databaseURL
            let parts = try #require(url.firstMatch(of: /:\/\/([^@]*)@[^:\/]*:([0-9]+)\/([^?]*)/))
            let proxy = try FaultyProxy(
                on: loops.first, to: SocketAddress("127.0.0.1", port: #require(UInt16(parts.2))))
            var limits = limits
            limits.flushDeadline = .milliseconds(400)
            limits.pauseMax = .milliseconds(100)
            let way = "postgresql://\(parts.1)@127.0.0.1:\(proxy.port)/\(parts.3)"
            try await LogUnderTest.with(on: loops.first, through: way, limits: limits) { test in
                try await test.loop.until("the appender is ready") {
                    test.happenings.all.contains { if case .ready = $0 { true } else { false } }
                }
                try await body(test, proxy)
            }
            proxy.close()
        }
    }
}

extension Result<AppendVerdict, AppendError> {
    fileprivate var isStored: Bool {
        if case .success(let verdict) = self { verdict.receipt != nil } else { false }
    }
}
