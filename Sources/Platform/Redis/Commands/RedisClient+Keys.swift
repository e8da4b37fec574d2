extension RedisClient {
    /// When a key that is set ends by itself.
    package enum Expiry: Hashable, Sendable {
        case never
        case after(Duration)
    }

    package enum SetCondition: Hashable, Sendable {
        case always
        case ifAbsent
        case ifPresent
    }

    package func ping() async throws(RedisError) { _ = try await perform(RedisCommand("PING")) }

    package func get(_ key: String) async throws(RedisError) -> [UInt8]? {
        let reply = try await perform(RedisCommand("GET", [.text(key)]))
        return reply.isNull ? nil : try RedisReply("GET", reply).bytes
    }

    /// Answers whether the value was set: not if the condition did not hold.
    @discardableResult
    package func set(
        _ key: String, to value: [UInt8], expiry: Expiry = .never, condition: SetCondition = .always
    ) async throws(RedisError) -> Bool {
        var command = RedisCommand("SET", capacity: 64 + key.utf8.count + value.count)
        command.add(key)
        command.add(value)
        if case .after(let duration) = expiry {
            command.add("PX")
            command.add(duration.wholeMilliseconds)
        }
        switch condition {
        case .always: break
        case .ifAbsent: command.add("NX")
        case .ifPresent: command.add("XX")
        }
        return try await !perform(command).isNull
    }

    /// Answers how many of the keys there were.
    @discardableResult
    package func delete(_ keys: String...) async throws(RedisError) -> Int {
        try await RedisReply("DEL", perform(RedisCommand("DEL", keys.map { .text($0) }))).integer
    }

    /// Answers whether there is such a key.
    @discardableResult
    package func expire(_ key: String, after duration: Duration) async throws(RedisError) -> Bool {
        let command = RedisCommand("PEXPIRE", [.text(key), .number(duration.wholeMilliseconds)])
        return try await RedisReply("PEXPIRE", perform(command)).integer == 1
    }

    @discardableResult
    package func increment(_ key: String, by step: Int = 1) async throws(RedisError) -> Int {
        try await RedisReply("INCRBY", perform(RedisCommand("INCRBY", [.text(key), .number(step)]))).integer
    }

    /// Takes the first element of the first list that has one; nil when none had within `block`.
    package func popFirst(_ lists: String..., waiting block: Duration) async throws(RedisError) -> (
        list: String, element: [UInt8]
    )? {
        var command = RedisCommand("BLPOP")
        for list in lists { command.add(list) }
        command.add(block.secondsText)
        let reply = try await performBlocking(command, for: block)
        if reply.isNull { return nil }
        let pair = try RedisReply("BLPOP", reply).elements(2)
        return (try pair[0].text, try pair[1].bytes)
    }
}

extension Duration {
    /// Whole milliseconds, at least one: Redis takes 0 for "never" or refuses it.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = Int(clamping: seconds).multipliedReportingOverflow(by: 1000)
        if overflow { return seconds < 0 ? 1 : .max / 2 }
        return max(1, scaled + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }

    /// Seconds with three decimals, never zero.
    var secondsText: String {
        let milliseconds = wholeMilliseconds
        let rest = String(milliseconds % 1000 + 1000).dropFirst()
        return "\(milliseconds / 1000).\(rest)"
    }
}
