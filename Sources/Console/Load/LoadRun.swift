import Domain
import Loop
import Postgres
import Simulators
import Store
import Wire

/// Puts the load on, step by step, and measures. On its loop alone.
final class LoadRun {
    /// Until what was begun at once has spread out.
    private static let settling = Duration.seconds(3)
    /// Until the last facts are in the log.
    private static let writing = Duration.seconds(2)
    private static let second = Duration.seconds(1)
    private static let emptyPatience = Duration.seconds(30)
    private static let warmUp = 2
    private static let leakRounds = 10
    private static let refills = 5

    private let house: LoadHouse
    private let options: LoadOptions
    private let pool: PostgresPool
    private let ticker: LoadTicker
    private let organization = LoadOrganization()
    private let own = ProcessAccount(identifier: Processes.own)
    private var memoryIdle = 0.0

    init(_ house: LoadHouse, _ options: LoadOptions, _ pool: PostgresPool, _ ticker: LoadTicker) {
        (self.house, self.options, self.pool, self.ticker) = (house, options, pool, ticker)
    }

    func run(_ report: inout LoadReport) async throws {
        var sounds: [[UInt8]] = []
        for text in LoadStory.questions { sounds.append(try await house.voice.sound(of: text)) }
        let steps = LoadStory.steps(sounds)
        try await warm(steps)
        let crowd = LoadCrowd(house, organization, steps)
        let plan = LoadPlan(calls: options.calls, isRamp: options.isRamp)
        while let calls = plan.next(after: report.tried) {
            report.steps.append(try await step(calls, crowd))
        }
        crowd.hangUp(.max)
        try await untilEmpty()
        if options.isOverload { report.overload = try await overload(steps) }
    }

    /// What is made with the first call and kept is no call's.
    private func warm(_ steps: [CallerScript.Step]) async throws {
        ticker.tell("warming up")
        let crowd = LoadCrowd(house, organization, steps)
        try await crowd.become(Self.warmUp)
        guard crowd.live == Self.warmUp else {
            throw Trouble("the first calls were not taken: see that REDIS_URL is the same for all")
        }
        try await house.loop.sleep(for: .seconds(8))
        crowd.hangUp(.max)
        try await untilEmpty()
        memoryIdle = house.realtime.account.memory
    }

    // MARK: - One number of calls

    private func step(_ calls: Int, _ crowd: LoadCrowd) async throws -> LoadStep {
        try await crowd.become(calls) { ticker.tell("\(crowd.callers.count) of \(calls) calls asked for") }
        try await house.loop.sleep(for: Self.settling)
        _ = crowd.collect()
        let clears = try await house.realtime.buckets(Self.clears)
        let (since, began) = (Timestamp.now, Moment.now)
        let (theirs, ours) = (house.realtime.account.processorTime, own.processorTime)
        var memory: [Double] = []
        while Moment.now - began < options.duration {
            let (before, at) = (house.realtime.account.processorTime, Moment.now)
            try await house.loop.sleep(for: min(Self.second, options.duration - (Moment.now - began)))
            memory.append(house.realtime.account.memory)
            let share = Self.percent(house.realtime.account.processorTime - before, of: Moment.now - at)
            ticker.tell(
                "\(crowd.live) calls, core \(Figure.short(share)) %, "
                    + "\(Figure.short((memory.last ?? 0) / 1_048_576)) MB, "
                    + "\(Int((Moment.now - began).inSeconds)) of \(Int(options.duration.inSeconds)) s")
        }
        let took = Moment.now - began
        var step = LoadStep(calls: calls, seconds: took.inSeconds)
        step.corePercent = Self.percent(house.realtime.account.processorTime - theirs, of: took)
        step.generator.corePercent = Self.percent(own.processorTime - ours, of: took)
        (step.memoryIdle, step.memory) = (memoryIdle, memory.max() ?? 0)
        let seen = crowd.collect()
        (step.jitter, step.pieces, step.late) = (Spread(seen.jitter), seen.pieces, seen.late)
        (step.stop, step.generator.late) = (Spread(seen.stops), Spread(seen.framesLate))
        step.clear = try await house.realtime.buckets(Self.clears).since(clears)
        (step.refused, step.lost) = (crowd.refused, crowd.lost)
        try await house.loop.sleep(for: Self.writing)
        try await readLog(crowd, since, &step)
        return step
    }

    private static let clears = "call_clear_seconds"

    private static func percent(_ nanoseconds: UInt64, of time: Duration) -> Double {
        100 * Double(nanoseconds) / 1e9 / time.inSeconds
    }

    /// Behind the measurement: it costs the generator's core.
    private func readLog(_ crowd: LoadCrowd, _ since: Timestamp, _ step: inout LoadStep) async throws {
        let log = try await EventLog.read(through: .pool(pool))
        var facts = TurnFacts()
        for (place, caller) in crowd.callers.enumerated() {
            if place % 20 == 0 { ticker.tell("reading what \(crowd.callers.count) calls came to: \(place)") }
            let events = try await log.events(of: caller.call.uuid, through: .pool(pool))
            if events.isEmpty { step.unread += 1 }
            facts.read(
                try events.map { ($0.type, $0.occurredAt, try JSONValue(json: $0.payload)) }, since: since)
        }
        (step.turns, step.providerFailures) = (facts.turns, facts.failures)
        step.stages = facts.samples.compactMapValues { Spread($0) }
        step.added = Spread(facts.added)
    }

    private func untilEmpty() async throws {
        let limit = Moment.now + Self.emptyPatience
        while try await house.realtime.metric("calls_live") > 0 {
            guard Moment.now < limit else { throw Trouble("calls whose callers have hung up are still carried") }
            try await house.loop.sleep(for: .milliseconds(100))
        }
        // What hung up lets go of its sockets.
        try await house.loop.sleep(for: Self.second)
    }

    // MARK: - More than may be

    private func overload(_ steps: [CallerScript.Step]) async throws -> LoadOverload {
        let cap = options.calls
        let offered = cap + cap / 2
        let crowd = LoadCrowd(house, organization, steps)
        let (admitted, refused) = try await counted()
        let first = cap * 2 / 3
        try await crowd.become(first) { ticker.tell("\(crowd.callers.count) of \(offered) calls offered") }
        try await house.loop.sleep(for: Self.settling)
        _ = crowd.collect()
        let there = crowd.callers
        ticker.tell("\(offered - first) calls at once")
        try await crowd.rush(offered - first)
        try await house.loop.sleep(for: .seconds(10))
        var seen = LineFigures()
        for caller in there { caller.collect(into: &seen) }
        let (nowAdmitted, nowRefused) = try await counted()
        let (live, full, lost) = (crowd.live, crowd.callers.count { $0.line.refusedWith == 503 }, crowd.lost)
        let others = crowd.refused - full
        // Places that are free again are given again, and no more of them.
        crowd.forgetRefused()
        let freed = min(Self.refills, crowd.callers.count)
        crowd.hangUp(freed)
        let limit = Moment.now + Self.emptyPatience
        while try await house.realtime.metric("calls_live") > cap - freed, Moment.now < limit {
            try await house.loop.sleep(for: .milliseconds(100))
        }
        let before = crowd.live
        try await crowd.rush(freed + 3)
        let refilled = crowd.live - before
        crowd.hangUp(.max)
        try await untilEmpty()
        return LoadOverload(
            cap: cap, offered: offered, admitted: live, refusedFull: full, countedAdmitted: nowAdmitted - admitted,
            countedRefused: nowRefused - refused, failed: lost + others, pieces: seen.pieces, late: seen.late,
            jitter: Spread(seen.jitter), freed: freed, refilled: refilled)
    }

    private func counted() async throws -> (admitted: Int, refused: Int) {
        (
            try await house.realtime.metric("calls_admitted_total"),
            try await house.realtime.metric(#"calls_refused_total{reason="full"}"#)
        )
    }

    // MARK: - What calls leave behind

    /// On a process that has carried nothing else: what a crowd has needed and given back would hide what is lost.
    func leak() async throws -> LoadLeak {
        var points: [LoadLeak.Point] = []
        var (finished, failed) = (0, 0)
        for round in 1...Self.leakRounds {
            let goal = options.finished * round / Self.leakRounds
            while finished < goal {
                // As many at a time as the load is, so that each place is used again and again.
                let count = min(goal - finished, options.calls)
                let crowd = LoadCrowd(house, organization, LoadStory.short)
                try await crowd.pass(count)
                finished += count
                failed += crowd.unfinished
                ticker.tell("\(finished) of \(options.finished) calls have ended")
            }
            try await untilEmpty()
            points.append(LoadLeak.Point(finished: finished, bytes: house.realtime.account.memory))
        }
        return LoadLeak(points: points, failed: failed)
    }
}
