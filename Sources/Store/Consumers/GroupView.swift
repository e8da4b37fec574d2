import Redis

/// Keeps a consumer group at each lane's checkpoint, so that `XINFO GROUPS` and the tools built on it show who lags.
///
/// To be looked at, and no more: nobody reads through the group, and what becomes of it changes nothing. A stream that isn't
/// there is not made: the relay takes the end of the stream for how far it has come.
struct GroupView: Sendable {
    struct Lane: Hashable, Sendable {
        let key: String
        let checkpoint: Int64
    }

    /// Moves the group, or makes it. Positions are dense, so what was read follows from what was ever added.
    private static let script =
        """
        local moved = 0
        for i, key in ipairs(KEYS) do
            local info = redis.pcall('XINFO', 'STREAM', key)
            if not info.err then
                local facts = {}
                for j = 1, #info, 2 do facts[info[j]] = info[j + 1] end
                local last = tonumber(string.match(facts['last-generated-id'], '^%d+'))
                local checkpoint = tonumber(ARGV[i + 1])
                local read = facts['entries-added'] - math.max(0, last - checkpoint)
                local id = ARGV[i + 1] .. '-0'
                local answer = redis.pcall('XGROUP', 'SETID', key, ARGV[1], id, 'ENTRIESREAD', math.max(0, read))
                if answer.err then
                    redis.pcall('XGROUP', 'CREATE', key, ARGV[1], id, 'ENTRIESREAD', math.max(0, read))
                end
                moved = moved + 1
            end
        end
        return moved
        """

    let group: String

    /// Answers how many of the streams there were.
    func show(_ lanes: [Lane], on redis: RedisClient) async throws(RedisError) -> Int {
        var parts: [RedisPart] = [.text(Self.script), .number(lanes.count)]
        parts += lanes.map { .text($0.key) }
        parts.append(.text(group))
        parts += lanes.map { .number(Int($0.checkpoint)) }
        return try await redis.perform(RedisCommand("EVAL", parts)).integer ?? 0
    }
}
