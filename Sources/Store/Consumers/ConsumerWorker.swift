package import Crypto
package import Loop
package import Postgres
package import Redis
import Service

/// Works for one consumer: holds its share of the lanes, and applies what comes in them.
///
/// One of many, in this process and others, on one loop, used there alone; that is why `@unchecked` holds. `run` is its life.
package final class ConsumerWorker: @unchecked Sendable {
    package let consumer: any Consumer
    package let loop: Loop
    package let owner: UUID
    let log: EventLog
    let pool: PostgresPool
    let redis: RedisClient?
    let limits: ConsumerLimits
    let observe: ConsumerObserver
    let leases: LaneLeases
    let slots: ApplySlots
    let sweeps: SweepLine

    var desks: [Int16: LaneDesk] = [:]
    var counts = ConsumerStatistics()
    /// Nil until Postgres has said which timeline it is on.
    var keys: StreamKeys?
    var isRedisAway = false
    private var isRegistered = false
    private var isStopping = false
    private let rounds: Bell
    private let ends: Bell
    let heads: Bell
    let reader: Bell

    /// Without `redis` it looks into Postgres as if Redis were away.
    package init(
        _ consumer: any Consumer, of log: EventLog, _ pool: PostgresPool, redis: RedisClient?,
        limits: ConsumerLimits = ConsumerLimits(), observe: @escaping ConsumerObserver = { _ in }
    ) {
        self.consumer = consumer
        self.log = log
        self.pool = pool
        self.redis = redis
        self.limits = limits
        self.observe = observe
        loop = pool.loop
        owner = UUID.v4()
        leases = LaneLeases(of: consumer.name, owner: owner, limits: limits)
        slots = ApplySlots(limits.appliesAtOnce)
        sweeps = SweepLine(atOnce: limits.sweepsAtOnce)
        rounds = Bell(loop: loop)
        ends = Bell(loop: loop)
        heads = Bell(loop: loop)
        reader = Bell(loop: loop)
    }

    package var statistics: ConsumerStatistics {
        loop.checkIsolated()
        var statistics = counts
        statistics.lanes = desks.count
        statistics.lanesStepping = desks.values.count { $0.machine.isStepping }
        statistics.lag = desks.values.reduce(0) { $0 + $1.machine.lag }
        return statistics
    }

    /// The lanes that it works in.
    package var lanes: [Int16] { desks.keys.sorted() }

    /// Says that events were appended just now, to one lane or nobody knows where. From any thread.
    package func nudge(_ lane: Int16? = nil) {
        loop.execute { [self] in
            for desk in desks.values where lane == nil || desk.lane == lane {
                desk.machine.nudged()
                desk.bell.ring()
            }
        }
    }

    // MARK: - Life

    /// Ends after `stop`, with all lanes given back; or when it is cancelled, with transactions undone and leases left to
    /// run out.
    package func run() async {
        loop.checkIsolated()
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) { [self] in await lookAtHeads() }
            group.addTask(executorPreference: loop) { [self] in await lookForReplays() }
            if redis != nil {
                group.addTask(executorPreference: loop) { [self] in await readRedis() }
                group.addTask(executorPreference: loop) { [self] in await showGroups() }
            }
            while !isStopping, !Task.isCancelled {
                let hasShare = await goRound(&group)
                let pause = hasShare ? limits.renewEvery : min(limits.renewEvery, limits.headsEvery)
                guard await rounds.wait(atMost: pause) else { break }
            }
            await giveEverythingBack()
            group.cancelAll()
        }
    }

    /// From any thread: `run` then ends as soon as the transactions under way have.
    package func stop() {
        loop.execute { [self] in
            isStopping = true
            rounds.ring()
        }
    }

    private func giveEverythingBack() async {
        for desk in desks.values { desk.leave(.stop) }
        while !desks.isEmpty { guard await ends.wait(atMost: .seconds(1)) else { return } }
        do {
            try await pool.withConnection { try await leases.leave(in: $0) }
        } catch {
            observe(.roundFailed(FailureNote(error)))
        }
    }

    // MARK: - Leases

    /// Answers whether this worker has the lanes that it should have.
    private func goRound(_ group: inout DiscardingTaskGroup) async -> Bool {
        do {
            return try await pool.withConnection { session in
                if !isRegistered {
                    try await leases.register(lanes: log.lanes, in: session)
                    isRegistered = true
                }
                let round = try await leases.renew(in: session)
                compare(with: round)
                // Ours by the table, but nobody works there: the row said otherwise than we had believed.
                let strangers = round.owned.contains { desks[$0.lane] == nil }
                switch FairShare(lanes: round.lanes, live: round.live, owned: round.owned.count - leaving) {
                case .take(let count):
                    let owned = try await leases.take(upTo: count, in: session)
                    for lane in owned where desks[lane.lane] == nil { begin(lane, &group) }
                    return owned.count >= round.owned.count + count
                case .giveBack(let count):
                    giveBack(count)
                case .enough: break
                }
                if strangers {
                    for lane in try await leases.take(upTo: 0, in: session) where desks[lane.lane] == nil {
                        begin(lane, &group)
                    }
                }
                return true
            }
        } catch {
            observe(.roundFailed(FailureNote(error)))
            return false
        }
    }

    private var leaving: Int { desks.values.count { $0.isLeaving } }

    private func compare(with round: LaneLeases.Round) {
        let owned = Dictionary(uniqueKeysWithValues: round.owned.map { ($0.lane, $0) })
        for desk in desks.values {
            guard let row = owned[desk.lane], row.token == desk.machine.token else {
                desk.machine.lost()
                desk.bell.ring()
                continue
            }
            if !row.isFollowing { desk.machine.goesLive() }
        }
    }

    /// Those with the least to do first.
    private func giveBack(_ count: Int) {
        let staying = desks.values.filter { !$0.isLeaving }.sorted { $0.machine.lag < $1.machine.lag }
        for desk in staying.prefix(count) { desk.leave(.giveBack) }
    }

    private func begin(_ lane: LeasedLane, _ group: inout DiscardingTaskGroup) {
        guard !isStopping else { return }
        let desk = LaneDesk(lane, limits: limits, on: loop)
        // What came while nobody had the lane is there already.
        desk.machine.nudged()
        desks[lane.lane] = desk
        observe(
            .took(lane: lane.lane, at: lane.position, token: lane.token, isStepping: desk.machine.isStepping))
        group.addTask(executorPreference: loop) { [self] in
            await work(at: desk)
            await ended(desk)
        }
        reader.ring()
    }

    private func ended(_ desk: LaneDesk) async {
        if let reason = desk.leaving {
            if reason == .giveBack {
                do {
                    try await pool.withConnection { try await leases.release([desk.row], in: $0) }
                } catch {
                    // The lease runs out by itself.
                    observe(.roundFailed(FailureNote(error)))
                }
            }
            observe(.gaveBack(lane: desk.lane))
        } else if !Task.isCancelled {
            counts.leasesLost += 1
            observe(.lost(lane: desk.lane))
            rounds.ring()
        }
        desks[desk.lane] = nil
        ends.ring()
    }
}
