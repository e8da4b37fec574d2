import Loop
import TestKit
import Testing

@testable import Redis

/// Every command that has a method, against the real server.
@Suite(.timeLimit(.minutes(1))) struct RedisServerTests {
    @Test func `values are set, read, counted, expired and deleted`() async throws {
        try await onRedis { client, desk in
            try await client.ping()
            #expect(try await client.get("k") == nil)
            #expect(try await client.set("k", to: [1, 2], condition: .ifPresent) == false)
            #expect(try await client.set("k", to: [1, 2], condition: .ifAbsent))
            #expect(try await client.set("k", to: [3], condition: .ifAbsent) == false)
            #expect(try await client.get("k") == [1, 2])
            #expect(try await client.set("short", to: [9], expiry: .after(.milliseconds(20))))
            try await desk.loop.until("the expiry") { try await client.get("short") == nil }
            #expect(try await client.expire("k", after: .seconds(100)))
            #expect(try await client.expire("none", after: .seconds(1)) == false)
            #expect(try await client.command("PTTL", "k").integer ?? 0 > 90_000)
            #expect(try await client.increment("n") == 1)
            #expect(try await client.increment("n", by: -3) == -2)
            #expect(try await client.delete("k", "n", "none") == 2)
        }
    }

    @Test func `keys and values may hold any bytes`() async throws {
        try await onRedis { client, _ in
            let key = "a\r\n$8\r\nFLUSHALL\r\n\u{0}ü"
            let value = [UInt8](0...255) + Array("\r\n+OK\r\n".utf8)
            try await client.set(key, to: value)
            #expect(try await client.get(key) == value)
            #expect(try await client.command("STRLEN", .text(key)).integer == value.count)
            try await client.set("empty", to: [])
            #expect(try await client.get("empty") == [])
            let large = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
            try await client.set("large", to: large)
            #expect(try await client.get("large") == large)
        }
    }

    @Test func `a refusal throws with its kind and never repeats what was sent`() async throws {
        try await onRedis { client, _ in
            try await client.set("text", to: Array("x".utf8))
            let wrongType = await code { () throws(RedisError) in try await client.command("LPUSH", "text", "secret") }
            #expect(
                wrongType == .refused(RedisRefusal("WRONGTYPE Operation against a key holding the wrong kind of value"))
            )
            do throws(RedisError) {
                _ = try await client.command("NOSUCHCOMMAND", "hunter2")
                Issue.record("accepted an unknown command")
            } catch {
                #expect(error.description == "redis NOSUCHCOMMAND: refused(ERR)")
                #expect(!String(reflecting: error).contains("hunter2"))
            }
            #expect(client.statistics.refusals == 2)
        }
    }

    @Test func `streams are added to, read, and trimmed`() async throws {
        try await onRedis { client, _ in
            let first = try await client.add(
                to: "s", id: .exactly(RedisStreamID(time: 5, number: 1)), [.init("a", [1]), .init("b", [])])
            #expect(first == RedisStreamID(time: 5, number: 1))
            let second = try await client.add(to: "s", [.init("a", [2])])
            #expect(second > first)
            let backwards = await code { () throws(RedisError) in
                try await client.add(to: "s", id: .exactly(first), [.init("a", [3])])
            }
            #expect(RedisError(backwards ?? .closed, "").refusal?.kind == "ERR")

            let entries = try await client.entries(of: "s", limit: 10)
            #expect(entries.map(\.id) == [first, second])
            #expect(entries[0]["a"] == [1] && entries[0]["b"] == [] && entries[0]["c"] == nil)
            #expect(try await client.entries(of: "s", from: second, limit: 10).count == 1)

            let read = try await client.read([("s", .after(first)), ("none", .after(.first))], limit: 10)
            #expect(read == [RedisStreamBatch(stream: "s", entries: [entries[1]])])
            #expect(try await client.read([("s", .after(second))], limit: 1).isEmpty)

            for index in 0..<300 { try await client.add(to: "s", [.init("i", [UInt8(index % 256)])], keeping: 1000) }
            #expect(try await client.streamInfo("s").length == 302)
            #expect(try await client.trim("s", keeping: 100) > 0)
            let info = try await client.streamInfo("s")
            #expect(info.length >= 100 && info.length < 302 && info.groups == 0 && info.lastID > second)
        }
    }

    @Test func `a group's consumers share entries, acknowledge them, and take over what others left`() async throws {
        try await onRedis { client, _ in
            #expect(try await client.createGroup("g", of: "s", from: .after(.first)))
            #expect(try await client.createGroup("g", of: "s", from: .end) == false)
            var ids: [RedisStreamID] = []
            for index in 0..<4 { ids.append(try await client.add(to: "s", [.init("i", [UInt8(index)])])) }

            let ann = try await client.read(["s"], as: "ann", of: "g", limit: 3)
            let bob = try await client.read(["s"], as: "bob", of: "g", limit: 3)
            #expect(ann.first?.entries.map(\.id) == Array(ids[..<3]))
            #expect(bob.first?.entries.map(\.id) == Array(ids[3...]))
            #expect(try await client.acknowledge([ids[0], ids[0]], of: "s", for: "g") == 1)

            var groups = try await client.groups(of: "s")
            #expect(
                groups == [
                    RedisGroupInfo(name: "g", consumers: 2, pending: 3, lastDelivered: ids[3], lag: 0)
                ])
            _ = try await client.command("XDEL", "s", .text(ids[1].description))
            let claim = try await client.claim(from: "s", as: "bob", of: "g", idle: .milliseconds(1), limit: 10)
            #expect(claim.entries.map(\.id).contains(ids[2]) && claim.next == .first)
            #expect(claim.deleted == [ids[1]])
            #expect(try await client.acknowledge(ids, of: "s", for: "g") == 2)
            groups = try await client.groups(of: "s")
            #expect(groups.first?.pending == 0)
            let missing = await code { () throws(RedisError) in
                try await client.read(["s"], as: "x", of: "nogroup", limit: 1)
            }
            #expect(RedisError(missing ?? .closed, "").refusal?.kind == "NOGROUP")
        }
    }

    @Test func `a script is sent once and then called by name, and again after the server forgot it`() async throws {
        try await onRedis { client, _ in
            let script = RedisScript("return {KEYS[1], ARGV[1], redis.error_reply('MINE inside')}")
            #expect(script.digest.count == 40)
            #expect(RedisScript("return 1").digest == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db")
            let expected = RedisValue.array([
                .bulk(Array("k\r\n".utf8)), .bulk(Array("v".utf8)), .error(RedisRefusal("MINE inside")),
            ])
            for _ in 0..<3 { #expect(try await client.evaluate(script, keys: ["k\r\n"], "v") == expected) }
            #expect(client.statistics.refusals == 1)
            _ = try await client.command("SCRIPT", "FLUSH")
            #expect(try await client.evaluate(script, keys: ["k\r\n"], "v") == expected)
            #expect(client.statistics.refusals == 2)
        }
    }
}
