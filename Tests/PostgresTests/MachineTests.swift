import Loop
import Testing

@testable import Postgres

@Suite struct PipelineTests {
    /// Two reads that share a Sync, then a batch of two with its own.
    private func pipeline() -> (Pipeline<Int>, StatementCache.Prepared) {
        var pipeline = Pipeline<Int>()
        var cache = StatementCache(limit: 4)
        let prepared = cache.add("SELECT 1").added
        pipeline.sent(.preparation(1, prepared))
        for item: Pipeline<Int>.Owed in [
            .execution(1, isLast: true), .execution(2, isLast: true), .sync, .execution(3, isLast: false),
            .execution(3, isLast: true), .sync,
        ] { pipeline.sent(item) }
        return (pipeline, prepared)
    }

    private func play(_ answers: [Pipeline<Int>.Answer]) -> (steps: [String], settled: [String]) {
        var (pipeline, _) = pipeline()
        var steps: [String] = []
        var settled: [Pipeline<Int>.Settled] = []
        for answer in answers {
            switch pipeline.received(answer) {
            case .none: break
            case .deliver(let ticket): steps.append("deliver \(ticket)")
            case .blame(let ticket): steps.append("blame \(ticket)")
            case .notPrepared(_, let ticket): steps.append(ticket.map { "not prepared \($0)" } ?? "not prepared")
            case .notDisposed: steps.append("not disposed")
            case .blameSegment: steps.append("blame segment")
            case .settle: pipeline.takeSettled(into: &settled)
            case .unexpected: steps.append("unexpected")
            }
        }
        return (steps, settled.map { "\($0.ticket) \($0.outcome)" })
    }

    @Test func `all is well`() {
        let played = play([.result, .end, .result, .end, .result, .end, .synced, .result, .end, .result, .end, .synced])
        #expect(played.steps == ["deliver 1", "deliver 2", "deliver 3", "deliver 3"])
        #expect(played.settled == ["1 done", "2 done", "3 done"])
    }

    @Test func `who comes after an error is a bystander, until the Sync`() {
        let played = play([
            .result, .end, .failure, .end, .aborted, .end, .synced, .result, .end, .result, .end, .synced,
        ])
        #expect(played.steps == ["blame 1", "deliver 3", "deliver 3"])
        #expect(played.settled == ["1 failed", "2 bystander", "3 done"])
    }

    @Test func `a statement that can't be prepared fails whoever brought it`() {
        let played = play([.failure, .end, .aborted, .end, .aborted, .end, .synced])
        #expect(played.steps == ["not prepared 1"])
        #expect(played.settled == ["1 failed", "2 bystander"])
    }

    @Test func `a batch that fails at its first statement fails once`() {
        let played = play([
            .result, .end, .result, .end, .result, .end, .synced, .failure, .end, .aborted, .end, .synced,
        ])
        #expect(played.settled == ["1 done", "2 done", "3 failed"])
    }

    @Test func `an error at the Sync undoes the segment`() {
        let played = play([
            .result, .end, .result, .end, .result, .end, .synced, .result, .end, .result, .end, .failure, .end, .synced,
        ])
        #expect(played.steps.last == "blame segment")
        #expect(played.settled == ["1 done", "2 done", "3 failed"])
    }

    @Test func `an answer out of place is noticed`() {
        #expect(play([.synced]).steps == ["unexpected"])
        #expect(play([.result, .end, .result, .end, .result, .end, .result]).steps.last == "unexpected")
    }

    @Test func `the end of the connection reaches everyone once`() {
        var (pipeline, _) = pipeline()
        for answer: Pipeline<Int>.Answer in [.result, .end, .result, .end] { _ = pipeline.received(answer) }
        #expect(pipeline.abandon() == [1, 2, 3])
        #expect(pipeline.isEmpty)
    }
}

@Suite struct StatementCacheTests {
    private func sql(_ number: Int) -> SQL { SQL(unsafe: "SELECT \(number)") }

    @Test func `the least recently used one goes first`() {
        var cache = StatementCache(limit: 3)
        for number in 1...3 { #expect(cache.add(sql(number)).evicted == nil) }
        #expect(cache.find(sql(1)) != nil)
        #expect(cache.add(sql(4)).evicted?.sql.text == "SELECT 2")
        #expect(cache.find(sql(2)) == nil)
        #expect(cache.add(sql(5)).evicted?.sql.text == "SELECT 3")
        #expect(cache.count == 3)
    }

    @Test func `names never come twice, and forgetting is thorough`() throws {
        var cache = StatementCache(limit: 2)
        var names: Set<String> = []
        for number in 0..<100 {
            let added = cache.add(sql(number % 5)).added
            let isNew = names.insert(added.name.text).inserted
            #expect(isNew)
            if number % 3 == 0 { cache.forget(added) }
            #expect(cache.count <= 2)
        }
    }
}

@Suite struct PoolMachineTests {
    private let start = Moment(nanoseconds: 1_000_000_000_000)

    private func machine(_ change: (inout PoolLimits) -> Void = { _ in }) -> PoolMachine {
        var limits = PoolLimits()
        limits.exclusive = 3
        change(&limits)
        return PoolMachine(limits)
    }

    @Test func `shared connections are made at once, others when wanted`() {
        var machine = machine()
        #expect(machine.due(now: start, borrowersWaiting: 0) == [0, 1])
        #expect(machine.due(now: start, borrowersWaiting: 2) == [2, 3])
        #expect(machine.due(now: start, borrowersWaiting: 2) == [])
        #expect(machine.due(now: start, borrowersWaiting: 9) == [4])
    }

    @Test func `after a failure one tries for all, after growing pauses`() {
        var machine = machine()
        var now = start
        for place in machine.due(now: now, borrowersWaiting: 0) {
            _ = machine.connectFailed(place, now: now, chance: 0.999)
        }
        var pauses: [Duration] = []
        for _ in 0..<12 {
            #expect(machine.due(now: now, borrowersWaiting: 5) == [])
            now = machine.pausedUntil
            let due = machine.due(now: now, borrowersWaiting: 5)
            #expect(due.count == 1)
            #expect(machine.due(now: now, borrowersWaiting: 5) == [])
            pauses.append(machine.connectFailed(due[0], now: now, chance: 0))
        }
        #expect(pauses.sorted() == pauses)
        #expect(pauses.last == machine.limits.pauseMax * 0.5)
        now = machine.pausedUntil
        let due = machine.due(now: now, borrowersWaiting: 2)
        #expect(machine.connected(due[0], now: now) == true)
        #expect(machine.due(now: now, borrowersWaiting: 2).count == 3)
    }

    @Test func `the connection used last is lent first, and the others grow old`() {
        var machine = machine()
        for place in machine.due(now: start, borrowersWaiting: 2) {
            #expect(machine.connected(place, now: start) == true)
        }
        #expect(machine.lend() == 2)
        #expect(machine.lend() == 3)
        #expect(machine.lend() == nil)
        #expect(machine.returned(2, now: start + .seconds(1)) == true)
        #expect(machine.returned(3, now: start + .seconds(2)) == true)
        #expect(machine.lend() == 3)
        #expect(machine.care(now: start + .seconds(400)) == [.retire(2), .probe(0), .probe(1)])
        #expect(machine.returned(3, now: start + .seconds(4000)) == false)
    }

    @Test func `shared connections are replaced one at a time`() {
        var machine = machine()
        for place in machine.due(now: start, borrowersWaiting: 0) {
            #expect(machine.connected(place, now: start) == true)
        }
        #expect(machine.care(now: start + .seconds(3600)) == [.replace(0), .probe(1)])
    }

    @Test func `a silent server is known as such within ten seconds`() {
        let limits = PoolLimits()
        #expect(limits.silenceMax == limits.probeInterval * 2 + limits.probeAnswer)
        // Whoever shows it to others looks once a second.
        #expect(limits.silenceMax + .seconds(1) < .seconds(10))
    }

    @Test func `a quiet connection is asked at every look, and that does not count as use`() {
        var machine = machine { $0.idleMax = .seconds(10) }
        for place in machine.due(now: start, borrowersWaiting: 1) {
            #expect(machine.connected(place, now: start) == true)
        }
        for second in stride(from: 2, to: 10, by: 2) {
            #expect(machine.care(now: start + .seconds(second)) == [.probe(2), .probe(0), .probe(1)])
            #expect(machine.lend() == nil)
            machine.probed(2)
        }
        #expect(machine.care(now: start + .seconds(10)).first == .retire(2))
    }

    @Test func `closing keeps only what is at work`() {
        var machine = machine()
        for place in machine.due(now: start, borrowersWaiting: 2) {
            #expect(machine.connected(place, now: start) == true)
        }
        #expect(machine.lend() == 2)
        #expect(machine.closed() == [3])
        #expect(machine.due(now: start + .seconds(100), borrowersWaiting: 4) == [])
        #expect(machine.returned(2, now: start) == false)
        machine.lost(0)
        machine.lost(1)
        #expect(machine.isEmpty)
    }
}
