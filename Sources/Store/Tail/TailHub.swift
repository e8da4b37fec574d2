import Crypto
package import Domain
package import Loop
package import Postgres
package import Redis
import Service

/// Reads the log once for all who follow it in this process.
///
/// It asks for places first, without a word of what stands there, and then for the events of those organizations that somebody
/// follows, each from behind its own wall. Whoever follows gets them from a place on that is told to them; what lies before it
/// they read for themselves. Redis says when to look; where it is silent the log is looked at all the same.
///
/// On its loop alone, but for what says otherwise; that is why `@unchecked` holds.
package final class TailHub: @unchecked Sendable {
    package typealias Writing = @Sendable (RecordedEvent, OrganizationID, LogPlace, EventLog) -> [UInt8]

    package let limits: TailLimits
    package let loop: Loop
    private let pool: PostgresPool
    let redis: RedisClient?
    private let handle: LogHandle
    private let sealing: Sealing?
    private let writing: Writing
    private let observe: @Sendable (TailHappening) -> Void
    private let bell: Bell
    let ear: Bell

    private var followers: [OrganizationID: [ObjectIdentifier: TailFollower]] = [:]
    private var newcomers: [(TailFollower, CheckedContinuation<Void, any Error>)] = []
    private(set) var place: LogPlace?
    var keys: [String] = []
    var isRedisAway = false
    private var isOver = false
    private var isFailing = false
    private let counts = Shared(TailStatistics())

    /// `writing` makes an event into the bytes that all followers of its organization are sent, with the place behind it.
    package init(
        _ pool: PostgresPool, _ redis: RedisClient?, limits: TailLimits = TailLimits(), sealing: Sealing? = nil,
        writing: @escaping Writing,
        observe: @escaping @Sendable (TailHappening) -> Void = { _ in }
    ) {
        self.limits = limits
        loop = pool.loop
        self.pool = pool
        self.redis = redis
        self.sealing = sealing
        handle = LogHandle()
        self.writing = writing
        self.observe = observe
        bell = Bell(loop: pool.loop)
        ear = Bell(loop: pool.loop)
    }

    /// From any thread.
    package var statistics: TailStatistics { counts.with { $0 } }

    // MARK: - Followers, from any thread

    /// Whether one more may follow.
    package var hasRoom: Bool { counts.with { $0.followers < limits.followersMax } }

    /// Returns once it is settled from where on events come to them.
    package func follow(_ follower: TailFollower) async throws {
        try await withCheckedThrowingContinuation { continuation in
            loop.execute { self.came(follower, continuation) }
        }
    }

    package func leave(_ follower: TailFollower) { loop.execute { self.left(follower) } }

    private func came(_ follower: TailFollower, _ continuation: CheckedContinuation<Void, any Error>) {
        guard !isOver, hasRoom else { return continuation.resume(throwing: TailIsFull()) }
        counts.with { $0.followers += 1 }
        newcomers.append((follower, continuation))
        bell.ring()
    }

    private func left(_ follower: TailFollower) {
        guard followers[follower.organization]?.removeValue(forKey: ObjectIdentifier(follower)) != nil else { return }
        if followers[follower.organization]?.isEmpty == true { followers[follower.organization] = nil }
        counts.with { $0.followers -= 1 }
    }

    // MARK: - Life

    /// Reads until it is stopped or cancelled; then everybody's following is over.
    package func run() async {
        loop.checkIsolated()
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) { await self.listen() }
            await work()
            ear.stop()
            group.cancelAll()
        }
        isOver = true
        refuseNewcomers(TailIsFull())
        for follower in followers.values.flatMap(\.values) { follower.end() }
        followers = [:]
        counts.with { $0.followers = 0 }
    }

    /// From any thread.
    package func stop() { bell.stop() }

    /// Something may have come. On the loop.
    func wake() { bell.ring() }

    private func work() async {
        while !Task.isCancelled {
            var workLeft = false
            do {
                workLeft = try await round()
                if isFailing { observe(.recovered) }
                isFailing = false
            } catch {
                if Task.isCancelled { return }
                refuseNewcomers(error)
                if !isFailing { observe(.failing(error)) }
                isFailing = true
            }
            let pause =
                workLeft ? .nanoseconds(1) : redis == nil || isRedisAway ? limits.pauseWithoutRedis : limits.pause
            guard await bell.wait(atMost: pause) else { return }
        }
    }

    private func refuseNewcomers(_ error: any Error) {
        counts.with { $0.followers -= newcomers.count }
        for (_, continuation) in newcomers { continuation.resume(throwing: error) }
        newcomers = []
    }

    // MARK: - Reading

    /// Looks once at what came in all lanes. Answers whether there is more.
    private func round() async throws -> Bool {
        guard !(followers.isEmpty && newcomers.isEmpty) else {
            // Whoever comes next begins where the log ends by then.
            place = nil
            return false
        }
        let log = try await handle.log(through: pool)
        try await lookAtKeys(log)
        let from: LogPlace
        if let place { from = place } else { from = LogPlace(try await log.heads(through: .pool(pool))) }
        place = from
        ear.ring()
        // Between rounds, so that everything behind this place is offered to them.
        for (follower, continuation) in newcomers {
            follower.begin(at: from)
            followers[follower.organization, default: [:]][ObjectIdentifier(follower)] = follower
            continuation.resume()
        }
        newcomers = []
        let found = try await lookBehind(from)
        if found.isEmpty { return false }
        var offers: [(OrganizationID, [RecordedEvent])] = []
        for organization in Set(found.map(\.organization)) {
            let id = OrganizationID(organization)
            guard followers[id] != nil else { continue }
            let own = found.filter { $0.organization == organization }
            let reader = TailReader(TenantDatabase(id, in: pool, log: log, sealing: sealing))
            let events = try await reader.events(in: own.map(\.lane), at: own.map(\.position))
            guard events.count == own.count else { throw PostgresError(.unexpectedAnswer) }
            offers.append((id, events))
        }
        for (organization, events) in offers { offer(events, of: organization, from, log) }
        var reached = from
        for spot in found { reached.advance(spot.lane, to: spot.position) }
        place = reached
        return true
    }

    private struct Spot {
        let lane: Int16
        let position: Int64
        let organization: UUID
    }

    private func lookBehind(_ place: LogPlace) async throws -> [Spot] {
        let size = Int64(limits.roundMax)
        counts.with { $0.rounds += 1 }
        return try await pool.query(
            """
            SELECT e.lane, e.position, e.organization_id
            FROM unnest(\(place.lanes), \(place.positions)) AS w(lane, after)
            CROSS JOIN LATERAL (
                SELECT lane, position, organization_id FROM events
                WHERE events.lane = w.lane AND position > w.after ORDER BY position LIMIT \(size)
            ) AS e ORDER BY e.lane, e.position
            """
        ).map { row in
            let (lane, position, organization) = try row.decode(Int16.self, Int64.self, UUID.self)
            return Spot(lane: lane, position: position, organization: organization)
        }
    }

    private func offer(_ events: [RecordedEvent], of organization: OrganizationID, _ from: LogPlace, _ log: EventLog) {
        guard let own = followers[organization] else { return }
        var reached = from
        let items = events.map { event in
            reached.advance(event.lane, to: event.position)
            let bytes = writing(event, organization, reached, log)
            return TailItem(lane: event.lane, position: event.position, bytes: bytes)
        }
        var (offered, cut) = (0, 0)
        for follower in own.values {
            let wanted = zip(events, items).filter { follower.filter.takes($0.0) }.map(\.1)
            if wanted.isEmpty { continue }
            offered += wanted.count
            if follower.offer(wanted, limits) { cut += 1 }
        }
        counts.with { counts in
            counts.eventsRead += events.count
            counts.eventsOffered += offered
            counts.cut += cut
        }
    }

    /// A failover gives Redis' streams other names.
    private func lookAtKeys(_ log: EventLog) async throws {
        guard redis != nil, keys.isEmpty || isRedisAway else { return }
        keys = try await StreamKeys.read(log.id, through: .pool(pool)).names(log)
    }
}
