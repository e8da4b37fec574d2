import Crypto
import Domain
package import Redis
import Wire

/// Who may open a media stream: a token that nobody can guess, for one call, once. Only its digest is stored, so that whoever
/// reads the store can't use what is in it.
package protocol CallTickets: Sendable {
    func issue(_ ticket: CallTicket) async throws -> String
    /// Nil if there is no such token, it was used, or its time is over.
    func redeem(_ token: String) async throws -> CallTicket?
    /// The process that was asked to carry the token's call had no place for it. The token stays good.
    func turnedAway(_ token: String) async throws
    /// Whether that happened to a call a short while ago.
    func wasTurnedAway(_ call: String) async throws -> Bool
}

/// Tickets in Redis, for processes that do not share memory. It lives on its client's loop.
package struct RedisCallTickets: CallTickets {
    /// From the order to answer until the carrier has opened its stream.
    package static let lifetime = Duration.seconds(120)
    static let tokenBytes = 32

    private let redis: RedisClient

    package init(_ redis: RedisClient) { self.redis = redis }

    package func issue(_ ticket: CallTicket) async throws -> String {
        let token = Hex.encode(Randomness.bytes(Self.tokenBytes).span)
        try await redis.set(Self.key(token), to: ticket.bytes, expiry: .after(Self.lifetime), condition: .ifAbsent)
        return token
    }

    package func redeem(_ token: String) async throws -> CallTicket? {
        guard token.utf8.count == 2 * Self.tokenBytes else { return nil }
        let key = Self.key(token)
        // Of several who have read it, the one who takes it away has it.
        guard let bytes = try await redis.get(key), try await redis.delete(key) == 1 else { return nil }
        return CallTicket(bytes)
    }

    package func turnedAway(_ token: String) async throws {
        guard token.utf8.count == 2 * Self.tokenBytes else { return }
        guard let bytes = try await redis.get(Self.key(token)), let ticket = CallTicket(bytes) else { return }
        try await redis.set(Self.full(ticket.call.description), to: [1], expiry: .after(Self.lifetime))
    }

    package func wasTurnedAway(_ call: String) async throws -> Bool {
        try await redis.get(Self.full(call)) != nil
    }

    private static func full(_ call: String) -> String { "media:full:" + call }

    private static func key(_ token: String) -> String {
        "media:ticket:" + Hex.encode(HashFunction.sha256.digest(of: Array(token.utf8)).span)
    }
}
