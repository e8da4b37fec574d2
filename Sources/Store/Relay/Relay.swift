import Loop
package import Postgres
package import Redis
import Service

/// Brings what is in the log into Redis' streams, one for each lane, so that consumers hear of it at once.
///
/// It has no checkpoint and needs no lease: an entry's id is the event's position, the stream's last id says how far the lane
/// has come, and Redis refuses what it has had. Several may run at once; one that slept for an hour does no harm. Nothing depends
/// on it but how soon consumers hear: they read Postgres wherever Redis is empty, behind or wrong.
///
/// Used on its loop alone, `statistics` too; that is why `@unchecked` holds.
package final class Relay: @unchecked Sendable {
    package let limits: RelayLimits
    private let loop: Loop
    private let source: RelaySource
    private let redis: RelayRedis
    private let machine: RelayMachine
    private let observe: @Sendable (RelayHappening) -> Void
    package internal(set) var statistics = RelayStatistics()
    private let bell: Bell

    private var keys: StreamKeys?
    private var lastTimeline: String?
    /// Lanes whose streams this relay has met or made.
    private var met: Set<Int16> = []
    private var slowest: [Int16: Int64] = [:]
    /// Where the streams end by our own doing, from one careful look to the next; empty where nobody knows.
    private var tops: [Int16: Int64] = [:]
    private var runID: String?
    private var isFull = false
    private var lookAt = Moment(nanoseconds: 0)
    private var trimAt = Moment(nanoseconds: 0)
    private var restlessUntil = Moment(nanoseconds: 0)
    private var isFailing = false
    private var lags: [Int64]

    /// `observe` is called on the loop, which must be the pool's and the client's too.
    package init(
        _ log: EventLog, from pool: PostgresPool, to client: RedisClient, limits: RelayLimits = RelayLimits(),
        observe: @escaping @Sendable (RelayHappening) -> Void = { _ in }
    ) {
        precondition(pool.loop === client.loop, "a relay works on one loop")
        self.limits = limits
        loop = pool.loop
        source = RelaySource(log: log, pool: pool)
        redis = RelayRedis(client: client)
        machine = RelayMachine(limits: limits)
        lags = Array(repeating: 0, count: Int(log.lanes))
        self.observe = observe
        bell = Bell(loop: pool.loop)
    }

    var log: EventLog { source.log }
    var client: RedisClient { redis.client }

    /// Says that something was appended. From any thread.
    package func nudge() { bell.ring() }

    func heardRing() {
        statistics.rings += 1
        nudge()
    }

    /// Ends `run` after its round. From any thread.
    package func stop() { bell.stop() }

    /// Works until it is stopped or cancelled.
    package func run() async {
        loop.checkIsolated()
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) { [self] in await listen() }
            await goRounds()
            group.cancelAll()
        }
    }

    private func goRounds() async {
        while !Task.isCancelled {
            var pause = limits.pauseWhenIdle
            do {
                let workLeft = try await round()
                if isFailing { observe(.recovered) }
                isFailing = false
                if workLeft {
                    pause = .nanoseconds(1)
                } else if loop.turn < restlessUntil {
                    pause = limits.pauseWhenBusy
                }
            } catch {
                if Task.isCancelled { return }
                statistics.roundsFailed += 1
                if !isFailing { observe(.failing(RelayFailure(error))) }
                isFailing = true
                // Whatever it was, nothing seen before it is believed any more.
                forgetWhatWasSeen()
            }
            let began = Moment.now
            guard await bell.wait(atMost: pause) else { return }
            if Moment.now - began < pause { restlessUntil = Moment.now + limits.restlessness }
        }
    }

    /// Looks at all lanes once and gives each its share of a page. Answers whether one needs more at once.
    ///
    /// Now and then with care: what Redis holds. In between, whatever stands
    /// behind what was published last is published next, which takes one round trip to each: what may be wrong with that
    /// (a Redis that lost everything, another relay) costs consumers a look into Postgres, and is mended by the next careful look.
    func round() async throws -> Bool {
        statistics.rounds += 1
        guard loop.turn < lookAt, let keys, !tops.isEmpty else { return try await carefulRound() }
        let timeline = keys.timeline
        return try await publish(behind: tops, keys.names(source.log)) { [source] in
            try await source.isStill(timeline)
        }
    }

    private func carefulRound() async throws -> Bool {
        tops = [:]
        try await look()
        let keys = try await keysToUse()
        let names = keys.names(source.log)
        // In this order: what another relay publishes meanwhile is in Postgres by the time we look there.
        let streams = try await redis.streams(names)
        guard let heads = try await source.heads(of: keys) else {
            self.keys = nil
            return true
        }
        var known: [Int16: Int64] = [:]
        var held = 0
        for lane in 0..<source.log.lanes {
            let (stream, head) = (streams[Int(lane)], heads[Int(lane)])
            let order = machine.order(stream, head: head, slowest: slowest[lane], memoryIsFull: isFull)
            if stream == .missing, case .publish(let after) = order { begins(lane, after) }
            if stream != .missing { met.insert(lane) }
            switch order {
            case .rest: known[lane] = stream.top ?? head
            case .hold(let reason): if reason == .consumersBehind { held += 1 }
            case .publish(let after): known[lane] = after
            case .rebuild(let after):
                statistics.phantoms += 1
                observe(.phantom(lane: lane))
                try await redis.client.delete(names[Int(lane)])
                if !isFull { known[lane] = after }
            }
            lags[Int(lane)] = max(0, head - (known[lane] ?? stream.top ?? slowest[lane] ?? 0))
        }
        statistics.lanesHeld = held
        let workLeft = try await publish(behind: known, names) { true }
        try await trim(names, (0..<source.log.lanes).filter { heads[Int($0)] > 0 })
        return workLeft
    }

    // What follows takes the streams' names and not `StreamKeys`: passed on to functions that suspend, a value with a 16-byte id in
    // it has been seen to arrive broken in debug builds (Swift 6.3).

    /// Publishes the lanes' shares of a page, and remembers where the streams end then. Answers whether a lane has more than
    /// that. `isCurrent` is asked together with Postgres' entries: the streams' names may be another history's.
    private func publish(
        behind tops: [Int16: Int64], _ names: [String], _ isCurrent: @escaping @Sendable () async throws -> Bool
    ) async throws -> Bool {
        var reached = tops
        var pages: [(key: String, entries: [RelayRedis.Entry])] = []
        var workLeft = false
        if !tops.isEmpty {
            let share = max(1, limits.pageMax / tops.count)
            async let isOurs = isCurrent()
            let page = try await source.entries(behind: tops, limit: share)
            guard try await isOurs else {
                self.tops = [:]
                keys = nil
                return true
            }
            for (lane, found) in page {
                switch found {
                case .success(let entries):
                    guard let last = entries.last else { continue }
                    pages.append((names[Int(lane)], entries))
                    reached[lane] = last.position
                    lags[Int(lane)] = max(0, lags[Int(lane)] - Int64(entries.count))
                    met.insert(lane)
                    if entries.count == share { workLeft = true }
                case .failure(let error):
                    // That lane stays where it is, the others go on.
                    statistics.corruptions += 1
                    observe(.corrupt(error))
                }
            }
        }
        statistics.lags = lags
        if pages.isEmpty {
            self.tops = reached
            return false
        }
        restlessUntil = Moment.now + limits.restlessness
        // Until it is known to have gone well, nobody knows where the streams end.
        self.tops = [:]
        let published = try await redis.publish(pages, keeping: limits.keep)
        statistics.published += published.accepted
        statistics.rejects += published.rejected
        if published.isOutOfMemory {
            full(true)
            return false
        }
        if !isTooFarAhead(reached) { self.tops = reached }
        return workLeft
    }

    /// Whether a lane needs the careful look's judgement on how far ahead of its consumers it may be.
    private func isTooFarAhead(_ tops: [Int16: Int64]) -> Bool {
        tops.contains { lane, top in
            if let slowest = slowest[lane] { top - slowest > Int64(limits.aheadMax) } else { false }
        }
    }

    /// A stream that begins behind the lane's first event, or was there before, has been lost; another one is new.
    private func begins(_ lane: Int16, _ after: Int64) {
        if after == 0, !met.contains(lane) { return }
        statistics.republishes += 1
        observe(.republishing(lane: lane, after: after))
    }

    // MARK: - Now and then

    private func look() async throws {
        guard loop.turn >= lookAt else { return }
        slowest = try await source.slowest()
        let condition = try await redis.condition()
        if let runID, runID != condition.runID {
            statistics.restartsSeen += 1
            observe(.redisRestarted)
        }
        runID = condition.runID
        full(condition.isFull(beyond: limits.memoryShareMax))
        lookAt = Moment.now + limits.lookEvery
    }

    /// Checkpoints and Redis' condition are looked at again in the next round.
    func forgetWhatWasSeen() {
        lookAt = Moment(nanoseconds: 0)
        tops = [:]
    }

    private func full(_ now: Bool) {
        if now == isFull { return }
        isFull = now
        statistics.redisIsFull = now
        observe(.redisIsFull(now))
    }

    private func keysToUse() async throws -> StreamKeys {
        if let keys { return keys }
        let fresh = try await StreamKeys.read(source.log.id, through: .pool(source.pool))
        if lastTimeline != fresh.timeline {
            statistics.timelinesSeen += 1
            if lastTimeline != nil { observe(.timelineChanged(to: fresh.timeline)) }
            lastTimeline = fresh.timeline
            met = []
        }
        keys = fresh
        return fresh
    }

    private func trim(_ names: [String], _ lanes: [Int16]) async throws {
        guard Moment.now >= trimAt else { return }
        trimAt = Moment.now + limits.trimEvery
        for lane in lanes {
            let count = try await redis.care(
                for: names[Int(lane)], trimThrough: slowest[lane], life: limits.keyLife)
            if count > 0 { statistics.entriesTrimmed += count }
        }
    }
}
