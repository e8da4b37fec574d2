import Loop
import Redis

/// The commands a relay sends, and what their answers mean.
struct RelayRedis: Sendable {
    let client: RedisClient

    /// One entry: which event is where. No word of what it says, so that nobody's data is in Redis.
    struct Entry: Sendable {
        let position: Int64
        let stream: String
        let version: Int32
        let event: String
        let type: String
    }

    struct Published: Hashable, Sendable {
        var accepted = 0
        var rejected = 0
        var isOutOfMemory = false
    }

    func condition() async throws(RedisError) -> RedisSelf {
        let server = try await client.command("INFO", "server")
        let memory = try await client.command("INFO", "memory")
        return RedisSelf(info: (server.text ?? "") + "\n" + (memory.text ?? ""))
    }

    /// What is under each key, asked for at once.
    func streams(_ keys: [String]) async throws -> [RelayMachine.Stream] {
        try await withThrowingTaskGroup(of: (Int, RelayMachine.Stream).self) { group in
            for (index, key) in keys.enumerated() {
                group.addTask(executorPreference: client.loop) { (index, try await self.stream(key)) }
            }
            return try await group.reduce(into: keys.map { _ in .missing }) { $0[$1.0] = $1.1 }
        }
    }

    private func stream(_ key: String) async throws -> RelayMachine.Stream {
        do throws(RedisError) {
            return .upTo(try await client.streamInfo(key).lastID.time)
        } catch {
            guard let refusal = error.refusal else { throw error }
            if refusal.kind == "WRONGTYPE" { return .foreign }
            guard refusal.text.contains("no such key") else { throw error }
            return .missing
        }
    }

    /// Adds entries in their order with their positions as ids, to all streams in one write. Redis itself refuses what is not
    /// behind all that it has, or has had.
    func publish(_ pages: [(key: String, entries: [Entry])], keeping length: Int) async throws -> Published {
        try await withThrowingTaskGroup(of: Published.self) { group in
            for (key, entries) in pages {
                for entry in entries {
                    group.addTask(executorPreference: client.loop) {
                        try await self.add(entry, to: key, keeping: length)
                    }
                }
            }
            return try await group.reduce(into: Published()) { sum, outcome in
                sum.accepted += outcome.accepted
                sum.rejected += outcome.rejected
                sum.isOutOfMemory = sum.isOutOfMemory || outcome.isOutOfMemory
            }
        }
    }

    private func add(_ entry: Entry, to key: String, keeping length: Int) async throws -> Published {
        let command = RedisCommand(
            "XADD",
            [
                .text(key), "MAXLEN", "~", .number(length), .text("\(entry.position)-0"), "s", .text(entry.stream), "v",
                .number(Int(entry.version)), "e", .text(entry.event), "t", .text(entry.type),
            ])
        do throws(RedisError) {
            _ = try await client.perform(command)
            return Published(accepted: 1)
        } catch {
            guard let refusal = error.refusal else { throw error }
            if refusal.kind == "OOM" { return Published(isOutOfMemory: true) }
            guard refusal.text.contains("equal or smaller") else { throw error }
            return Published(rejected: 1)
        }
    }

    /// Drops what everybody is past, and says that the stream is still cared for. Answers how many went.
    func care(for key: String, trimThrough position: Int64?, life: Duration) async throws(RedisError) -> Int {
        var trimmed = 0
        if let position {
            let answer = try await client.command(
                "XTRIM", .text(key), "MINID", "~", .text("\(position + 1)-0"))
            trimmed = answer.integer ?? 0
        }
        try await client.expire(key, after: life)
        return trimmed
    }
}
