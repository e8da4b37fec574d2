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

    /// Entries that one script adds: as long as it runs, Redis does nothing else.
    static let entriesAtOnce = 250

    /// Adds entries in their order with their positions as ids. Redis itself refuses what is not behind all that it has, or has had.
    ///
    /// By a script, because a reader that waits is answered as soon as the first entry is there: with commands of their own, each
    /// look of the relay would be two transactions of every consumer, one for its first entry and one for all others.
    func publish(_ pages: [(key: String, entries: [Entry])], keeping length: Int) async throws(RedisError) -> Published
    {
        var sum = Published()
        for part in Self.parts(pages) {
            var arguments: [RedisPart] = [.number(length)]
            for page in part {
                arguments.append(.number(page.entries.count))
                for entry in page.entries {
                    arguments += [
                        .text("\(entry.position)-0"), .text(entry.stream), .number(Int(entry.version)),
                        .text(entry.event), .text(entry.type),
                    ]
                }
            }
            let answer = try await client.evaluate(Self.adding, keys: part.map(\.key), arguments)
            let counts = answer.array?.compactMap(\.integer) ?? []
            guard counts.count == 3 else { throw RedisError(.unexpectedReply, "EVALSHA") }
            sum.accepted += counts[0]
            sum.rejected += counts[1]
            if counts[2] > 0 {
                sum.isOutOfMemory = true
                break
            }
        }
        return sum
    }

    /// The same in pieces that one script takes.
    static func parts(_ pages: [(key: String, entries: [Entry])]) -> [[(key: String, entries: ArraySlice<Entry>)]] {
        var parts: [[(key: String, entries: ArraySlice<Entry>)]] = []
        var room = 0
        for page in pages {
            var rest = page.entries[...]
            while !rest.isEmpty {
                if room == 0 {
                    parts.append([])
                    room = entriesAtOnce
                }
                let taken = rest.prefix(room)
                parts[parts.count - 1].append((page.key, taken))
                room -= taken.count
                rest = rest.dropFirst(taken.count)
            }
        }
        return parts
    }

    /// Answers how many were added, how many were there already, and whether there was no memory for one.
    private static let adding = RedisScript(
        """
        local counts, place = {0, 0, 0}, 2
        for _, key in ipairs(KEYS) do
            local last = place + 5 * tonumber(ARGV[place])
            for i = place + 1, last, 5 do
                local answer = redis.pcall('XADD', key, 'MAXLEN', '~', ARGV[1], ARGV[i],
                    's', ARGV[i + 1], 'v', ARGV[i + 2], 'e', ARGV[i + 3], 't', ARGV[i + 4])
                if type(answer) ~= 'table' or not answer.err then
                    counts[1] = counts[1] + 1
                elseif string.find(answer.err, 'equal or smaller', 1, true) then
                    counts[2] = counts[2] + 1
                elseif string.find(answer.err, 'OOM', 1, true) then
                    counts[3] = 1
                    return counts
                else
                    return answer
                end
            end
            place = last + 1
        end
        return counts
        """)

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
