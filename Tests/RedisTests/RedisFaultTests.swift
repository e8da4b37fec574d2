import Glibc
import Loop
import Redis
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct RedisFaultTests {
    @Test func `without a server commands fail at once, or wait as long as they say`() async throws {
        try await onLoop { desk in
            let settings = RedisSettings(address: try RedisAddress("unix:///tmp/ledgerline.nowhere"))
            try await desk.with(settings) { client in
                let atOnce = await code { () throws(RedisError) in try await client.ping() }
                #expect(atOnce == .notConnected)
                let patient = RedisCall(whileDown: .wait(.milliseconds(20)))
                let later = await code { () throws(RedisError) in try await client.command("PING", call: patient) }
                #expect(later == .notConnected)
                try await desk.loop.until("a few attempts") { client.statistics.connectionsFailed >= 3 }
                #expect(client.health.condition == .connecting)
                #expect(client.health.lastFailure == .system(SystemError(call: "connect", code: ENOENT)))
            }
            #expect(desk.happenings.all.last == .closed)
        }
    }

    @Test func `who waits for a connection is bounded in number, may be cancelled, and is told of the closing`()
        async throws
    {
        try await onLoop { desk in
            var settings = RedisSettings(address: try RedisAddress("unix:///tmp/ledgerline.nowhere"))
            settings.limits.waitingMax = 2
            settings.call.whileDown = .wait(.seconds(50))
            let client = try RedisClient(settings, on: desk.loop, resolver: desk.resolver)
            let life = Task(executorPreference: desk.loop) { await client.run() }
            let first = Task(executorPreference: desk.loop) { try await client.ping() }
            let second = Task(executorPreference: desk.loop) { try await client.ping() }
            try await desk.loop.until("both commands") { client.statistics.commands == 2 }
            try await desk.loop.until("the refusal of a third") {
                await code { () throws(RedisError) in try await client.command("PING") } == .overloaded
            }
            first.cancel()
            await #expect(throws: RedisError(.cancelled, "PING")) { try await first.value }
            await client.close()
            await #expect(throws: RedisError(.closed, "PING")) { try await second.value }
            await life.value
        }
    }

    @Test func `a name that leads nowhere is a failed attempt like any other`() async throws {
        try await onLoop { desk in
            let settings = RedisSettings(address: try RedisAddress("redis://no-such-host.invalid"))
            try await desk.with(settings) { client in
                try await desk.loop.until("the failure") { client.statistics.connectionsFailed >= 1 }
                guard case .unresolved = client.health.lastFailure else {
                    Issue.record("failed otherwise: \(String(describing: client.health.lastFailure))")
                    return
                }
            }
        }
    }

    @Test func `a restarted server is found again, and who waited is served`() async throws {
        try await onLoop { desk in
            try await TemporaryFolder.with { folder in
                let settings = RedisSettings(address: try RedisAddress("unix://\(folder.path("redis.sock"))"))
                try await desk.with(settings) { client in
                    for round in 1...3 {
                        let waiting = Task(executorPreference: desk.loop) {
                            try await client.command("PING", call: RedisCall(whileDown: .wait(.seconds(20)))).text
                        }
                        try await PrivateRedis.with(in: folder, on: desk.loop) { server in
                            let reply = try await waiting.value
                            #expect(reply == "PONG")
                            #expect(client.statistics.connectionsMade == UInt64(round))
                            // Politely or not: every other round ends with a kill.
                            server.process.send(round.isMultiple(of: 2) ? SIGTERM : SIGKILL)
                            _ = try await server.process.exit(on: desk.loop)
                        }
                        try await desk.loop.until("the loss") { client.statistics.connectionsLost == UInt64(round) }
                    }
                    #expect(client.health.lastFailure != nil)
                    #expect(client.health.condition == .connecting)
                }
            }
        }
    }

    @Test func `commands in flight when the server is killed have an unknown outcome`() async throws {
        try await onLoop { desk in
            try await TemporaryFolder.with { folder in
                try await PrivateRedis.with(in: folder, on: desk.loop) { server in
                    try await desk.with(try RedisSettings(server)) { client in
                        try await desk.untilConnected(client)
                        server.process.send(SIGSTOP)
                        let once = Task(executorPreference: desk.loop) { try await client.increment("n") }
                        let twice = Task(executorPreference: desk.loop) {
                            try await client.command(
                                "SET", "k", "v", call: RedisCall(deadline: .seconds(20), afterLoss: .retryOnce)
                            ).text
                        }
                        let blocked = Task(executorPreference: desk.loop) {
                            try await client.popFirst("list", waiting: .seconds(20))
                        }
                        try await desk.loop.until("both in flight") { client.inFlight == 2 }
                        server.process.send(SIGKILL)
                        let lost = RedisError.Code.connectionLost(outcomeUnknown: true)
                        await #expect(throws: RedisError(lost, "INCRBY")) { try await once.value }
                        await #expect(throws: RedisError.self) { try await blocked.value }
                        try await PrivateRedis.with(in: folder, on: desk.loop) { _ in
                            let reply = try await twice.value
                            #expect(reply == "OK")
                            #expect(client.statistics.retries == 1)
                            let counted = try await client.get("n")
                            #expect(counted == nil)
                        }
                    }
                }
            }
        }
    }

    @Test func `a stopped server makes deadlines pass, and within the grace time it may go on`() async throws {
        try await onLoop { desk in
            try await PrivateRedis.with(on: desk.loop) { server in
                var settings = try RedisSettings(server)
                settings.call.deadline = .milliseconds(30)
                settings.limits.graceTime = .seconds(20)
                try await desk.with(settings) { client in
                    try await desk.untilConnected(client)
                    server.process.send(SIGSTOP)
                    let outcome = await code { () throws(RedisError) in try await client.increment("n") }
                    #expect(outcome == .deadlinePassed)
                    #expect(client.inFlight == 1)
                    server.process.send(SIGCONT)
                    let patient = RedisCall(deadline: .seconds(10))
                    #expect(try await client.command("ECHO", "mine", call: patient).text == "mine")
                    #expect(client.statistics.repliesTooLate == 1)
                    #expect(client.statistics.connectionsMade == 1)
                }
            }
        }
    }

    @Test func `a half-open line is given up after the grace time, and replaced`() async throws {
        try await onProxy({
            $0.call.deadline = .milliseconds(30)
            $0.limits.graceTime = .milliseconds(30)
        }) { client, proxy, desk in
            try proxy.turn(.stall)
            let outcome = await code { () throws(RedisError) in try await client.ping() }
            #expect(outcome == .deadlinePassed)
            try await desk.loop.until("the loss") { client.statistics.connectionsLost == 1 }
            #expect(client.health.lastFailure == .deadlinePassed)
            try proxy.turn(.pass)
            try await desk.untilConnected(client)
            #expect(try await client.command("ECHO", "x", call: RedisCall(deadline: .seconds(10))).text == "x")
        }
    }

    @Test func `an idle line that has gone dead is noticed by the heartbeat alone`() async throws {
        try await onProxy({
            $0.limits.heartbeat = .milliseconds(30)
            $0.limits.graceTime = .milliseconds(30)
        }) { client, proxy, desk in
            try proxy.turn(.blackhole(.toClient))
            try await desk.loop.until("the loss") { client.statistics.connectionsLost == 1 }
            try proxy.turn(.pass)
            try await desk.untilConnected(client)
        }
    }

    @Test func `a reply cut in the middle is no reply`() async throws {
        try await onProxy { client, proxy, desk in
            try await client.set("k", to: Array(repeating: 7, count: 1000))
            try proxy.turn(.cut(.toClient, after: 500))
            let outcome = await code { () throws(RedisError) in try await client.get("k") }
            #expect(outcome == .connectionLost(outcomeUnknown: true))
            try proxy.turn(.pass)
            try await desk.untilConnected(client)
            #expect(try await client.get("k")?.count == 1000)
        }
    }

    @Test func `a read that may be repeated survives a cut`() async throws {
        try await onProxy { client, proxy, desk in
            try await client.set("k", to: Array(repeating: 7, count: 1000))
            try proxy.turn(.cut(.toClient, after: 500))
            let read = Task(executorPreference: desk.loop) {
                try await client.command("GET", "k", call: RedisCall(deadline: .seconds(20), afterLoss: .retryOnce))
            }
            try await desk.loop.until("the loss") { client.statistics.connectionsLost == 1 }
            try proxy.turn(.pass)
            #expect(try await read.value.bytes?.count == 1000)
        }
    }

    @Test func `resets and refused connections are survived, and no reply goes astray meanwhile`() async throws {
        try await onProxy { client, proxy, desk in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<20 {
                    group.addTask(executorPreference: desk.loop) {
                        var served = 0
                        let patient = RedisCall(deadline: .seconds(20), whileDown: .wait(.seconds(20)))
                        while client.statistics.connectionsMade < 6 || served == 0 {
                            do throws(RedisError) {
                                let text = "\(task)/\(served)"
                                let reply = try await client.command("ECHO", .text(text), call: patient)
                                #expect(reply.text == text)
                                served += 1
                            } catch {
                                guard case .connectionLost = error.code else { throw error }
                            }
                        }
                        return served
                    }
                }
                for round in 1...5 {
                    try await desk.loop.until("connection \(round)") {
                        client.statistics.connectionsMade >= UInt64(round)
                    }
                    try proxy.turn(round.isMultiple(of: 2) ? .refuse : .reset)
                    proxy.drop()
                    try await desk.loop.until("loss \(round)") { client.statistics.connectionsLost >= UInt64(round) }
                    try proxy.turn(.pass)
                }
                for try await served in group { #expect(served > 0) }
            }
        }
    }

    @Test func `a server that speaks another protocol is left, and so is one that answers unasked`() async throws {
        for (answer, fault) in [("HTTP/1.1 400\r\n\r\n", RedisReplyFault.malformed), ("+OK\r\n+OK\r\n", .unasked)] {
            try await onLoop { desk in
                let server = try PeerServer(on: desk.loop) { _, peer in peer.send(answer) }
                defer { server.close() }
                try await desk.with(try RedisSettings(port: server.port)) { client in
                    try await desk.loop.until("the fault") { client.health.lastFailure == .badReply(fault) }
                }
            }
        }
    }

    @Test func `a server that accepts and never answers costs the connect time and no more`() async throws {
        try await onLoop { desk in
            let server = try PeerServer(on: desk.loop) { _, _ in }
            defer { server.close() }
            var settings = try RedisSettings(port: server.port)
            settings.limits.connectTime = .milliseconds(30)
            try await desk.with(settings) { client in
                try await desk.loop.until("two attempts") { client.statistics.connectionsFailed >= 2 }
                #expect(client.health.lastFailure == .deadlinePassed)
            }
        }
    }

    @Test func `emptying the whole server in the midst of use takes keys and nothing else`() async throws {
        try await onRedis { client, desk in
            let script = RedisScript("return redis.call('INCR', KEYS[1])")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask(executorPreference: desk.loop) {
                        for _ in 0..<20 {
                            #expect(try await client.evaluate(script, keys: ["n"]).integer ?? 0 > 0)
                            try await client.add(to: "s", [.init("a", [1])])
                        }
                    }
                }
                for _ in 0..<20 { _ = try await client.command("FLUSHALL") }
                try await group.waitForAll()
            }
            #expect(client.statistics.connectionsMade == 1)
        }
    }

    @Test func `closing lets commands in flight have their replies and takes no more`() async throws {
        try await onLoop { desk in
            try await PrivateRedis.with(on: desk.loop) { server in
                let client = try RedisClient(try RedisSettings(server), on: desk.loop, resolver: desk.resolver)
                let life = Task(executorPreference: desk.loop) { await client.run() }
                try await desk.untilConnected(client)
                let blocked = Task(executorPreference: desk.loop) {
                    try await client.popFirst("l", waiting: .seconds(20))
                }
                try await desk.loop.until("the blocked client") {
                    try await client.command("INFO", "clients").text?.contains("blocked_clients:1") ?? false
                }
                server.process.send(SIGSTOP)
                let replies = (0..<100).map { number in
                    Task(executorPreference: desk.loop) { try await client.command("ECHO", .number(number)).integer }
                }
                try await desk.loop.until("all in flight") { client.inFlight == 100 }
                let closing = Task(executorPreference: desk.loop) { await client.close() }
                // It begins before anything more is asked for: no reply would come.
                try await desk.loop.sleep(for: .milliseconds(1))
                try await desk.loop.until("the refusal of more") {
                    await code { () throws(RedisError) in try await client.ping() } == .closed
                }
                server.process.send(SIGCONT)
                await closing.value
                for (number, reply) in replies.enumerated() { #expect(try await reply.value == number) }
                await #expect(throws: RedisError(.closed, "BLPOP")) { try await blocked.value }
                let after = await code { () throws(RedisError) in try await client.ping() }
                #expect(after == .closed)
                await client.close()
                await life.value
                #expect(client.health.condition == .closed)
            }
        }
    }

    @Test func `a cancelled life ends at once, with commands in flight`() async throws {
        try await onLoop { desk in
            try await PrivateRedis.with(on: desk.loop) { server in
                let client = try RedisClient(try RedisSettings(server), on: desk.loop, resolver: desk.resolver)
                let life = Task(executorPreference: desk.loop) { await client.run() }
                try await desk.untilConnected(client)
                server.process.send(SIGSTOP)
                let stuck = Task(executorPreference: desk.loop) { try await client.ping() }
                try await desk.loop.until("it is in flight") { client.inFlight == 1 }
                life.cancel()
                await life.value
                await #expect(throws: RedisError(.connectionLost(outcomeUnknown: true), "PING")) {
                    try await stuck.value
                }
                #expect(client.health.condition == .closed)
            }
        }
    }
}

/// Runs `body` with a client connected through a proxy to a server that is this test's alone.
private func onProxy(
    _ change: @escaping @Sendable (inout RedisSettings) -> Void = { _ in },
    _ body: @escaping @Sendable (RedisClient, FaultyProxy, Desk) async throws -> Void
) async throws {
    try await onLoop { desk in
        try await PrivateRedis.with(on: desk.loop) { server in
            let proxy = try FaultyProxy(on: desk.loop, to: SocketAddress(path: server.socket))
            defer { proxy.close() }
            var settings = try RedisSettings(port: proxy.port)
            change(&settings)
            try await desk.with(settings) { client in
                try await desk.untilConnected(client)
                try await body(client, proxy, desk)
            }
        }
    }
}
