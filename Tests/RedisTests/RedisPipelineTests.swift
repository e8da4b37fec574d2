import Loop
import Redis
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct RedisPipelineTests {
    @Test func `a thousand tasks at once each get their own replies, over one connection`() async throws {
        try await onRedis { client, desk in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<1000 {
                    group.addTask(executorPreference: desk.loop) {
                        for round in 0..<10 {
                            let text = "\(task)/\(round)"
                            let reply = try await client.command("ECHO", .text(text))
                            #expect(reply.text == text)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(client.statistics.commands == 10_000)
            #expect(client.statistics.connectionsMade == 1)
            let clients = try await client.command("CLIENT", "LIST").text ?? ""
            #expect(clients.split(separator: "\n").count == 1)
            #expect(clients.contains("name=ledgerline"))
        }
    }

    @Test func `what one task sends before another is carried out before it`() async throws {
        try await onRedis { client, desk in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<500 {
                    group.addTask(executorPreference: desk.loop) { try await client.increment("n") }
                }
                var seen: [Int] = []
                for try await number in group { seen.append(number) }
                #expect(seen.sorted() == Array(1...500))
            }
        }
    }

    @Test func `a blocking read keeps nobody else waiting, and ends with what arrives`() async throws {
        try await onRedis { client, desk in
            async let read = client.read([("s", .end)], limit: 1, block: .seconds(20))
            async let popped = client.popFirst("list", waiting: .seconds(20))
            try await desk.loop.until("the blocked clients") {
                let info = try await client.command("INFO", "clients").text ?? ""
                return info.contains("blocked_clients:2")
            }
            for _ in 0..<100 { try await client.ping() }
            let id = try await client.add(to: "s", [.init("a", [1])])
            _ = try await client.command("RPUSH", "list", "x")
            #expect(try await read.first?.entries.first?.id == id)
            #expect(try await popped?.element == Array("x".utf8))
            #expect(client.blockingConnections == 2)
            // The connections are used again.
            #expect(try await client.popFirst("list", waiting: .milliseconds(1)) == nil)
            #expect(client.blockingConnections == 2)
        }
    }

    @Test func `a blocking read whose time is over answers nothing`() async throws {
        try await onRedis { client, _ in
            #expect(try await client.read([("s", .end)], limit: 1, block: .milliseconds(10)).isEmpty)
            try await client.createGroup("g", of: "s", from: .end)
            #expect(try await client.read(["s"], as: "c", of: "g", limit: 1, block: .milliseconds(10)).isEmpty)
            #expect(client.blockingConnections == 1)
        }
    }

    @Test func `blocking reads beyond the limit are refused at once`() async throws {
        try await onRedis([], { $0.limits.blockingConnectionsMax = 1 }) { client, desk in
            let first = Task(executorPreference: desk.loop) { try await client.popFirst("list", waiting: .seconds(20)) }
            try await desk.loop.until("the first read") { client.blockingConnections == 1 }
            let second = await code { () throws(RedisError) in try await client.popFirst("list", waiting: .seconds(20))
            }
            #expect(second == .overloaded)
            first.cancel()
            guard case .failure(let error as RedisError) = await first.result else {
                Issue.record("a cancelled read ended well")
                return
            }
            #expect(error.code == .cancelled)
            #expect(client.blockingConnections == 0)
        }
    }

    @Test func `commands beyond the limits are refused and leave the others alone`() async throws {
        try await onRedis(
            [],
            {
                $0.limits.inFlightMax = 10
                $0.limits.outputBytesMax = 10_000
            }
        ) { client, desk in
            let outcomes = await withTaskGroup(of: RedisError.Code?.self) { group in
                for _ in 0..<50 {
                    group.addTask(executorPreference: desk.loop) {
                        await code { () throws(RedisError) in try await client.ping() }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 10)
            #expect(outcomes.filter { $0 == .overloaded }.count == 40)
            #expect(client.statistics.overloads == 40)
            let large = await code { () throws(RedisError) in
                try await client.set("k", to: Array(repeating: 0, count: 10_000))
            }
            #expect(large == .overloaded)
            #expect(client.inFlight == 0)
            try await client.ping()
        }
    }

    @Test func `a cancelled command ends at once and its reply reaches nobody`() async throws {
        try await onRedis(["--enable-debug-command", "yes"]) { client, desk in
            // Redis is busy, so the cancelled command has its reply still to come.
            async let busy = client.command("DEBUG", "SLEEP", "0.1")
            let cancelled = Task(executorPreference: desk.loop) { try await client.command("ECHO", "lost") }
            try await desk.loop.until("both in flight") { client.inFlight == 2 }
            cancelled.cancel()
            guard case .failure(let error as RedisError) = await cancelled.result else {
                Issue.record("a cancelled command ended well")
                return
            }
            #expect(error.code == .cancelled)
            #expect(client.inFlight == 2)
            #expect(try await client.command("ECHO", "mine").text == "mine")
            _ = try await busy
            #expect(client.statistics.repliesTooLate == 1)
            #expect(client.statistics.connectionsMade == 1)

            let early = Task(executorPreference: desk.loop) { try await client.ping() }
            early.cancel()
            await #expect(throws: RedisError(.cancelled, "PING")) { try await early.value }
        }
    }
}
