import Crypto
package import Domain
import Loop
package import Postgres
package import Redis
import Service
import Wire

/// Where orders for the calls of one loop come in. It holds the leases of those calls, so that whoever has an order finds it.
///
/// On its loop's thread alone, which is why `@unchecked` holds.
package final class LiveDesk: @unchecked Sendable {
    /// Hands an order to a call, and answers where the conversation stands then; nil if the call is not here any more.
    package typealias Take = (CallID, LiveOrder) -> ConversationState?

    /// How often the table is looked into while there are calls; what comes that way comes because Redis is away.
    package static let glance = Duration.seconds(1)
    /// An order that is older is taken back by whoever has given it, or has nobody who waits for it.
    static let orderAgeMax = Duration.seconds(10)
    /// Answers that are remembered, for orders that come on both ways.
    static let answersMax = 256
    private static let block = Duration.seconds(5)
    private static let pauseWithoutRedis = Duration.milliseconds(250)

    private let name = UUID.v4().description
    private let loop: Loop
    private let redis: RedisClient
    private let pool: PostgresPool
    private let take: Take
    private let leaseBell: Bell
    /// When each lease was last written; nil for one that was not yet.
    private var calls: [CallID: Moment?] = [:]
    private var answers: [UUID: LiveAnswer] = [:]
    private var answered: [UUID] = []

    package init(_ redis: RedisClient, _ pool: PostgresPool, take: @escaping Take) {
        (self.redis, self.pool, self.take, loop) = (redis, pool, take, redis.loop)
        leaseBell = Bell(loop: loop)
    }

    package func began(_ call: CallID) {
        loop.checkIsolated()
        calls[call] = .some(nil)
        leaseBell.ring()
    }

    /// Its lease runs out by itself; until then we say that it is not here.
    package func ended(_ call: CallID) {
        loop.checkIsolated()
        calls[call] = nil
    }

    /// The same, for calls that somebody else is to carry from now on: their leases are given up, so that nobody waits for those to run out.
    /// Without Redis they do.
    package func letGo(_ gone: [CallID]) async {
        loop.checkIsolated()
        for call in gone { calls[call] = nil }
        for call in gone {
            let key = LiveKey.lease(call)
            guard let holder = try? await redis.get(key), holder == Array(name.utf8) else { continue }
            _ = try? await redis.delete(key)
        }
    }

    /// Until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) { await self.keepLeases() }
            group.addTask(executorPreference: loop) { await self.hear() }
            group.addTask(executorPreference: loop) { await self.lookIntoTable() }
        }
    }

    // MARK: - Leases

    private func keepLeases() async {
        while await leaseBell.wait(atMost: LiveKey.renewal / 2) {
            for (call, written) in calls {
                // Let go while another lease was written.
                guard calls[call] != nil else { continue }
                if let written, Moment.now - written < LiveKey.renewal { continue }
                do {
                    try await redis.set(
                        LiveKey.lease(call), to: Array(name.utf8), expiry: .after(LiveKey.leaseLifetime))
                    // It may have ended meanwhile.
                    if calls[call] != nil { calls[call] = .some(.now) }
                } catch {
                    // Redis is away: orders come through the table.
                    break
                }
            }
        }
    }

    // MARK: - Orders

    private func hear() async {
        while !Task.isCancelled {
            do {
                guard let (_, bytes) = try await redis.popFirst(LiveKey.orders(name), waiting: Self.block) else {
                    continue
                }
                guard let parcel = LiveParcel(bytes) else { continue }
                let answer = deliver(parcel)
                guard parcel.wantsAnswer else { continue }
                let key = LiveKey.answer(parcel)
                _ = try await redis.command("RPUSH", .text(key), .bytes(answer.document.bytes()))
                try await redis.expire(key, after: LiveKey.leftoverLifetime)
            } catch {
                do { try await loop.sleep(for: Self.pauseWithoutRedis) } catch { return }
            }
        }
    }

    private func deliver(_ parcel: LiveParcel) -> LiveAnswer {
        if let known = answers[parcel.id] { return known }
        let answer = take(parcel.call, parcel.order).map { LiveAnswer.taken($0) } ?? .notLive
        answers[parcel.id] = answer
        answered.append(parcel.id)
        if answered.count > Self.answersMax { answers[answered.removeFirst()] = nil }
        return answer
    }

    private func lookIntoTable() async {
        while true {
            do { try await loop.sleep(for: Self.glance) } catch { return }
            // Postgres away too: nobody can give us anything.
            if !calls.isEmpty { try? await takeFromTable() }
        }
    }

    private func takeFromTable() async throws {
        let rows = try await pool.execute(
            """
            UPDATE call_orders SET taken_at = clock_timestamp()
            WHERE call_id = ANY(\(calls.keys.map(\.uuid))) AND taken_at IS NULL
                AND created_at > clock_timestamp() - \(Self.orderAgeMax)
            RETURNING parcel
            """)
        let parcels = try rows.compactMap { LiveParcel(try $0.decode(JSON.self).bytes) }
        // In the order in which they were given: their ids begin with the time.
        for parcel in parcels.sorted(by: { $0.id < $1.id }) {
            let answer = JSON(deliver(parcel).document.bytes())
            try await pool.execute("UPDATE call_orders SET answer = \(answer) WHERE order_id = \(parcel.id)")
        }
    }
}
