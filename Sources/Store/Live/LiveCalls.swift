import Crypto
package import Domain
import Loop
import Postgres
package import Redis
import Wire

/// The way to calls that are live, wherever they are: by the lease in Redis to the process that carries the call, and where Redis is
/// away through a table that this process looks into. It lives on its client's loop.
package struct LiveCalls: Sendable {
    /// A call that is live answers within milliseconds.
    package static let patience = Duration.seconds(2)
    /// The table is looked into once a second.
    package static let patienceWithoutRedis = Duration.seconds(3)
    private static let glance = Duration.milliseconds(50)
    private static let call = RedisCall(deadline: .milliseconds(250))

    private let redis: RedisClient

    package init(_ redis: RedisClient) { self.redis = redis }

    /// Has a call of the database's organization do something, and says what became of it. Whose the call is was asked before.
    package func give(_ control: Control, to call: CallID, of database: TenantDatabase) async throws -> LiveAnswer {
        let parcel = LiveParcel(.control(control), to: call, wantsAnswer: true)
        let bytes = try parcel.bytes()
        do {
            guard try await send(bytes, to: call) else { return .notLive }
            guard let answer = try await redis.popFirst(LiveKey.answer(parcel), waiting: Self.patience) else {
                return .unconfirmed
            }
            return LiveAnswer(answer.element) ?? .unconfirmed
        } catch {
            // The same order: who has it already knows it again.
            return try await leave(parcel, bytes, database)
        }
    }

    /// Lets a call know what the log has of it. Nobody waits; without Redis it comes a little later.
    package func tell(_ facts: [CallEvent], to call: CallID, of database: TenantDatabase) async throws {
        let parcel = LiveParcel(.news(facts), to: call, wantsAnswer: false)
        let bytes = try parcel.bytes()
        do { _ = try await send(bytes, to: call) } catch {
            _ = try await database.query(Self.insert(parcel, bytes, database))
        }
    }

    /// Whether somebody carries the call, or did until a moment ago.
    package func isCarried(_ call: CallID) async throws -> Bool {
        try await !redis.perform(RedisCommand("GET", [.text(LiveKey.lease(call))]), Self.call).isNull
    }

    /// False if nobody carries the call.
    private func send(_ bytes: [UInt8], to call: CallID) async throws(RedisError) -> Bool {
        let lease = try await redis.perform(RedisCommand("GET", [.text(LiveKey.lease(call))]), Self.call)
        guard let process = lease.bytes else { return false }
        let key = LiveKey.orders(String(decoding: process, as: UTF8.self))
        _ = try await redis.perform(RedisCommand("RPUSH", [.text(key), .bytes(bytes)]), Self.call)
        return true
    }

    // MARK: - Without Redis

    private static func insert(_ parcel: LiveParcel, _ bytes: [UInt8], _ database: TenantDatabase) -> SQL {
        """
        INSERT INTO call_orders (order_id, organization_id, call_id, parcel)
        VALUES (\(parcel.id), \(database.organization.uuid), \(parcel.call.uuid), \(JSON(bytes)))
        """
    }

    private func leave(
        _ parcel: LiveParcel, _ bytes: [UInt8], _ database: TenantDatabase
    ) async throws -> LiveAnswer {
        _ = try await database.query(Self.insert(parcel, bytes, database))
        let own: SQL = "order_id = \(parcel.id) AND organization_id = \(database.organization.uuid)"
        let deadline = Moment.now + Self.patienceWithoutRedis
        while Moment.now < deadline {
            try await redis.loop.sleep(for: Self.glance)
            let row = try await database.query("SELECT answer FROM call_orders WHERE \(own)").first
            if let bytes = try row?.decode(JSON?.self)?.bytes {
                return LiveAnswer(bytes) ?? .unconfirmed
            }
        }
        // Taken back, if nobody has taken it: then it never happens.
        let withdrawn = try await database.query("DELETE FROM call_orders WHERE \(own) AND taken_at IS NULL").affected
        return withdrawn > 0 ? .notLive : .unconfirmed
    }
}
