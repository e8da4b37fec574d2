package import Domain
package import Redis
package import Wire

/// How the providers of each loop that carries calls are doing, written down in Redis by the loops themselves. What is there is of
/// now: whoever dies is forgotten after a while, and Redis may forget all of it.
package struct ProviderBoard: Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        case working
        /// It failed, and is left alone for a time.
        case resting
    }

    /// One provider, as one loop finds it.
    package struct Entry: Hashable, Sendable {
        package let kind: ProviderKind
        package let name: String
        package let state: State

        package init(kind: ProviderKind, name: String, state: State) {
            (self.kind, self.name, self.state) = (kind, name, state)
        }
    }

    /// One provider, by how many loops find it how.
    package struct Standing: Hashable, Sendable {
        package let kind: ProviderKind
        package let name: String
        package fileprivate(set) var working = 0
        package fileprivate(set) var resting = 0
    }

    /// How often loops say how it is, and after which silence they count as gone.
    package static let rhythm = Duration.seconds(3)
    package static let silenceMax = Duration.seconds(15)
    private static let usual = RedisCall(deadline: .milliseconds(250))

    private let redis: RedisClient
    private let key: String

    package init(_ redis: RedisClient, key: String = "providers:loops") { (self.redis, self.key) = (redis, key) }

    package func tell(_ entries: [Entry], of loop: String, at now: Timestamp = .now) async throws {
        let rows = entries.map { entry in
            JSONValue.object([
                ("kind", .string(entry.kind.rawValue)), ("name", .string(entry.name)),
                ("state", .string(entry.state.rawValue)),
            ])
        }
        let document = JSONValue.object([("at", .integer(now.microseconds)), ("providers", .array(rows))])
        let command = RedisCommand("HSET", [.text(key), .text(loop), .bytes(document.bytes())])
        _ = try await redis.perform(command, Self.usual)
        _ = try await redis.expire(key, after: Self.silenceMax)
    }

    /// By kind and name, of all loops that were heard of lately; those that were not are struck from the board.
    package func standings(at now: Timestamp = .now) async throws -> [Standing] {
        let parts = try await redis.perform(RedisCommand("HGETALL", [.text(key)]), Self.usual).array ?? []
        var standings: [String: Standing] = [:]
        for place in stride(from: 0, to: parts.count - 1, by: 2) {
            guard let loop = parts[place].bytes, let document = parts[place + 1].bytes else { continue }
            guard let entries = Self.entries(in: document, at: now) else {
                _ = try await redis.perform(RedisCommand("HDEL", [.text(key), .bytes(loop)]), Self.usual)
                continue
            }
            for entry in entries {
                let name = "\(entry.kind.rawValue) \(entry.name)"
                var standing = standings[name] ?? Standing(kind: entry.kind, name: entry.name)
                switch entry.state {
                case .working: standing.working += 1
                case .resting: standing.resting += 1
                }
                standings[name] = standing
            }
        }
        return standings.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Nil for what is too old.
    private static func entries(in bytes: [UInt8], at now: Timestamp) -> [Entry]? {
        guard let document = try? JSONValue(json: bytes), let at = document["at"]?.wholeNumber,
            Timestamp(microseconds: at) > now - silenceMax, case .array(let rows)? = document["providers"]
        else { return nil }
        return rows.compactMap { row in
            guard let kind = row["kind"]?.text.flatMap(ProviderKind.init(rawValue:)), let name = row["name"]?.text,
                let state = row["state"]?.text.flatMap(State.init(rawValue:))
            else { return nil }
            return Entry(kind: kind, name: name, state: state)
        }
    }
}
