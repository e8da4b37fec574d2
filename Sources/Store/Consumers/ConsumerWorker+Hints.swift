import Loop
import Redis
import Service

extension ConsumerWorker {
    /// Asks Redis what came, in all lanes at once; it holds the answer back until something has.
    func readRedis() async {
        guard let redis else { return }
        while !Task.isCancelled {
            let asked = askable()
            guard let keys, !asked.isEmpty else {
                guard await reader.wait(atMost: limits.headsEveryWithoutRedis) else { return }
                continue
            }
            do throws(RedisError) {
                let batches = try await redis.read(
                    asked.map {
                        (keys.key(of: $0.desk.lane), .after(RedisStreamID(time: UInt64($0.start), number: 0)))
                    },
                    limit: limits.batchMax, block: limits.block)
                redisIs(away: false)
                for (desk, start) in asked {
                    let key = keys.key(of: desk.lane)
                    guard let batch = batches.first(where: { $0.stream == key }), keys == self.keys else { continue }
                    heard(batch.entries.map(\.id), after: start, desk)
                }
            } catch {
                if Task.isCancelled { return }
                counts.redisFailures += 1
                redisIs(away: true)
                guard await reader.wait(atMost: limits.headsEveryWithoutRedis) else { return }
            }
        }
    }

    private func askable() -> [(desk: LaneDesk, start: Int64)] {
        let now = Moment.now
        return desks.values.compactMap { desk in desk.machine.redisStart(now: now).map { (desk, $0) } }
    }

    private func heard(_ ids: [RedisStreamID], after start: Int64, _ desk: LaneDesk) {
        let run = StreamRun(ids, after: start)
        if !run.isWhole { counts.redisDoubted += 1 }
        desk.machine.redisSaid(after: start, runEnd: run.end, isWhole: run.isWhole, now: .now)
        desk.bell.ring()
    }

    private func redisIs(away: Bool) {
        guard away != isRedisAway else { return }
        isRedisAway = away
        observe(.redisIsAway(away))
        heads.ring()
    }

    /// Looks where the lanes end, whatever Redis says: it may be empty, behind, or away.
    func lookAtHeads() async {
        while !Task.isCancelled {
            if !desks.isEmpty || keys == nil {
                do {
                    let current = try await StreamKeys.read(log.id, through: .pool(pool))
                    if let keys, keys != current { for desk in desks.values { desk.machine.historyChanged() } }
                    keys = current
                    let heads = try await leases.heads(through: .pool(pool))
                    for desk in desks.values {
                        guard let head = heads[desk.lane], head > desk.machine.known else { continue }
                        desk.machine.head(head)
                        desk.bell.ring()
                    }
                } catch {
                    if Task.isCancelled { return }
                    observe(.roundFailed(FailureNote(error)))
                }
            }
            let pause = redis == nil || isRedisAway ? limits.headsEveryWithoutRedis : limits.headsEvery
            guard await heads.wait(atMost: pause) else { return }
        }
    }

    /// Puts the consumer group of each lane where the checkpoint is. Nothing depends on it.
    func showGroups() async {
        guard let redis else { return }
        let view = GroupView(group: consumer.name.description)
        while !Task.isCancelled {
            do { try await loop.sleep(for: limits.groupViewEvery) } catch { return }
            guard let keys else { continue }
            let moved = desks.values.filter { !$0.machine.isFollowing && $0.shown != $0.machine.checkpoint }
            let lanes = moved.map { GroupView.Lane(key: keys.key(of: $0.lane), checkpoint: $0.machine.checkpoint) }
            if lanes.isEmpty { continue }
            do throws(RedisError) {
                // Those whose stream isn't there yet are looked for again.
                guard try await view.show(lanes, on: redis) == lanes.count else { continue }
                for (desk, lane) in zip(moved, lanes) { desk.shown = lane.checkpoint }
            } catch {
                counts.redisFailures += 1
            }
        }
    }

    /// Streams looked up in one round.
    package static let replaysAtOnce = 16

    /// Does the replays that somebody asked for, of streams in our lanes.
    func lookForReplays() async {
        let parked = ParkedStreams(of: consumer.name)
        while !Task.isCancelled {
            do { try await loop.sleep(for: limits.headsEvery) } catch { return }
            guard !desks.isEmpty else { continue }
            do {
                for stream in try await parked.toReplay(in: lanes, limit: Self.replaysAtOnce, through: .pool(pool)) {
                    let outcome = try await slots.with { try await Replay(of: stream, by: consumer, log, pool).run() }
                    counts.replays += 1
                    observe(.replayed(stream: stream, outcome))
                }
            } catch {
                if Task.isCancelled { return }
                observe(.roundFailed(FailureNote(error)))
            }
        }
    }
}
