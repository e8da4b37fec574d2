import Loop

extension RedisClient {
    /// The place that a new entry takes.
    package enum NewStreamID: Hashable, Sendable {
        /// Redis' clock decides.
        case generated
        /// It must lie behind every other in the stream, or Redis refuses.
        case exactly(RedisStreamID)
    }

    /// Where a reader of a stream begins.
    package enum StreamStart: Hashable, Sendable {
        case after(RedisStreamID)
        /// Only what is added from now on.
        case end
    }

    /// Adds an entry; `keeping` trims the stream to about that many (Redis drops whole blocks, so some more may stay).
    @discardableResult
    package func add(
        to stream: String, id: NewStreamID = .generated, _ fields: [RedisStreamEntry.Field], keeping length: Int? = nil
    ) async throws(RedisError) -> RedisStreamID {
        let size = fields.reduce(96) { $0 + $1.name.utf8.count + $1.value.count + 24 }
        var command = RedisCommand("XADD", capacity: size)
        command.add(stream)
        if let length {
            command.add("MAXLEN")
            command.add("~")
            command.add(length)
        }
        switch id {
        case .generated: command.add("*")
        case .exactly(let id): command.add(id.description)
        }
        for field in fields {
            command.add(field.name)
            command.add(field.value)
        }
        return try await RedisReply("XADD", perform(command)).streamID
    }

    /// Entries between two places, both included, oldest first.
    package func entries(
        of stream: String, from first: RedisStreamID = .first, through last: RedisStreamID = .last, limit: Int
    ) async throws(RedisError) -> [RedisStreamEntry] {
        let command = RedisCommand(
            "XRANGE",
            [.text(stream), .text(first.description), .text(last.description), "COUNT", .number(limit)])
        return try await RedisReply("XRANGE", perform(command)).streamEntries()
    }

    /// What came after the given places, at most `limit` of each stream. With `block`, waits that long for something to come, on
    /// a connection of its own; empty if nothing did.
    package func read(_ streams: [(stream: String, after: StreamStart)], limit: Int, block: Duration? = nil)
        async throws(RedisError) -> [RedisStreamBatch]
    {
        var command = RedisCommand("XREAD", ["COUNT", .number(limit)])
        if let block { command.add(block: block) }
        command.add("STREAMS")
        for (stream, _) in streams { command.add(stream) }
        for (_, start) in streams { command.add(start.text) }
        return try await perform(reading: command, block)
    }

    /// Takes entries for a consumer of a group that no consumer had yet. They are owed an acknowledgement.
    package func read(
        _ streams: [String], as consumer: String, of group: String, limit: Int, block: Duration? = nil
    ) async throws(RedisError) -> [RedisStreamBatch] {
        var command = RedisCommand("XREADGROUP", ["GROUP", .text(group), .text(consumer), "COUNT", .number(limit)])
        if let block { command.add(block: block) }
        command.add("STREAMS")
        for stream in streams { command.add(stream) }
        for _ in streams { command.add(">") }
        return try await perform(reading: command, block)
    }

    /// Answers how many were owed.
    @discardableResult
    package func acknowledge(_ ids: [RedisStreamID], of stream: String, for group: String) async throws(RedisError)
        -> Int
    {
        let parts: [RedisPart] = [.text(stream), .text(group)] + ids.map { .text($0.description) }
        return try await RedisReply("XACK", perform(RedisCommand("XACK", parts))).integer
    }

    /// Takes over entries that others have owed for longer than `idle`, looking at those from `start` on.
    package func claim(
        from stream: String, as consumer: String, of group: String, idle: Duration,
        start: RedisStreamID = .first, limit: Int
    ) async throws(RedisError) -> RedisStreamClaim {
        let command = RedisCommand(
            "XAUTOCLAIM",
            [
                .text(stream), .text(group), .text(consumer), .number(idle.wholeMilliseconds), .text(start.description),
                "COUNT", .number(limit),
            ])
        let parts = try await RedisReply("XAUTOCLAIM", perform(command)).elements(2)
        var deleted: [RedisStreamID] = []
        if parts.count > 2 { for id in try parts[2].elements { deleted.append(try id.streamID) } }
        return RedisStreamClaim(next: try parts[0].streamID, entries: try parts[1].streamEntries(), deleted: deleted)
    }

    /// Drops the oldest entries beyond about `length`; answers how many went.
    @discardableResult
    package func trim(_ stream: String, keeping length: Int) async throws(RedisError) -> Int {
        let command = RedisCommand("XTRIM", [.text(stream), "MAXLEN", "~", .number(length)])
        return try await RedisReply("XTRIM", perform(command)).integer
    }

    /// Makes a group, and the stream if there is none. Answers whether it is new.
    @discardableResult
    package func createGroup(_ group: String, of stream: String, from start: StreamStart) async throws(RedisError)
        -> Bool
    {
        let command = RedisCommand("XGROUP", ["CREATE", .text(stream), .text(group), .text(start.text), "MKSTREAM"])
        do throws(RedisError) {
            _ = try await perform(command)
            return true
        } catch {
            guard error.refusal?.kind == "BUSYGROUP" else { throw error }
            return false
        }
    }

    package func streamInfo(_ stream: String) async throws(RedisError) -> RedisStreamInfo {
        let reply = try await RedisReply("XINFO", perform(RedisCommand("XINFO", ["STREAM", .text(stream)])))
        return RedisStreamInfo(
            length: try reply.named("length").integer, groups: try reply.named("groups").integer,
            lastID: try reply.named("last-generated-id").streamID)
    }

    package func groups(of stream: String) async throws(RedisError) -> [RedisGroupInfo] {
        let reply = try await RedisReply("XINFO", perform(RedisCommand("XINFO", ["GROUPS", .text(stream)])))
        var groups: [RedisGroupInfo] = []
        for group in try reply.elements {
            groups.append(
                RedisGroupInfo(
                    name: try group.named("name").text, consumers: try group.named("consumers").integer,
                    pending: try group.named("pending").integer,
                    lastDelivered: try group.named("last-delivered-id").streamID,
                    lag: try group.named("lag").value.integer))
        }
        return groups
    }

    private func perform(reading command: RedisCommand, _ block: Duration?) async throws(RedisError)
        -> [RedisStreamBatch]
    {
        let reply =
            if let block { try await performBlocking(command, for: block) } else { try await perform(command) }
        return try RedisReply(command.name, reply).streamBatches()
    }
}

extension RedisClient.StreamStart {
    fileprivate var text: String {
        switch self {
        case .after(let id): id.description
        case .end: "$"
        }
    }
}

extension RedisCommand {
    fileprivate mutating func add(block: Duration) {
        add("BLOCK")
        add(block.wholeMilliseconds)
    }
}
