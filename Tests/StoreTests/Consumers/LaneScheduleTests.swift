import Loop
import Postgres
import Store
import Testing

/// Random schedules of workers over one lane: they take it, hear truth and lies, apply, lose answers and die. Whatever the
/// order, each event has its effect once and in order, or is parked because it is bad.
struct LaneScheduleTests {
    private static let schedules = 400

    @Test func `whatever workers do and suffer, each event counts once`() throws {
        let first = Seeded.setting("LEDGERLINE_SEED") ?? 1
        let count = Seeded.setting("LEDGERLINE_HISTORIES").map { Int($0) } ?? Self.schedules
        var (parked, lookedUp, zombies, crashes, steps) = (0, 0, 0, 0, 0)
        for seed in first..<(first + UInt64(count)) {
            var lane = SimulatedLane(seed: seed)
            lane.suffer()
            lane.recover()
            #expect(lane.flaws.isEmpty, "LEDGERLINE_SEED=\(seed) LEDGERLINE_HISTORIES=1: \(lane.flaws)")
            parked += lane.parked.count
            lookedUp += lane.lookedUp
            zombies += lane.fenced
            crashes += lane.crashes
            steps += lane.attempts
            if !lane.flaws.isEmpty { return }
        }
        // What the schedules are for did happen in them.
        if count >= Self.schedules {
            for occurrences in [parked, lookedUp, zombies, crashes, steps] {
                #expect(occurrences > Self.schedules / 10)
            }
        }
    }
}

/// A lane's row, the log behind it, and workers that hold machines. The transaction is what `LaneTransaction` promises.
private struct SimulatedLane {
    private var random: Seeded
    private var now = Moment(nanoseconds: 1)
    private var head: Int64 = 0
    private var row = (position: Int64(0), token: Int64(0), tries: Int32(0), step: Int64(0), idle: 0)
    private var isDeserted = false
    private var workers: [LaneMachine?] = [nil, nil, nil]
    private let limits: ConsumerLimits
    private var bad: Set<Int64> = []
    private var killers: Set<Int64> = []

    private var effects: [Int64] = []
    private(set) var parked: [Int64] = []
    private(set) var lookedUp = 0
    private(set) var fenced = 0
    private(set) var crashes = 0
    private(set) var attempts = 0
    private var isCalm = false

    init(seed: UInt64) {
        random = Seeded(seed &* 0xd134_2543_de82_ef95 &+ 1)
        var limits = ConsumerLimits()
        limits.batchMax = 8
        limits.batchBehindMax = 16
        self.limits = limits
    }

    var flaws: [String] {
        var flaws: [String] = []
        if row.position != head { flaws.append("stands at \(row.position) of \(head)") }
        if effects != effects.sorted() || Set(effects).count != effects.count {
            flaws.append("order or doubles: \(effects)")
        }
        if Set(effects).union(parked) != Set((0..<head).map { $0 + 1 }) { flaws.append("something is missing") }
        if Set(parked) != bad.union(killers) { flaws.append("parked \(parked), bad \(bad), killers \(killers)") }
        return flaws
    }

    mutating func suffer() {
        for _ in 0..<300 {
            let worker = Int.random(in: 0..<workers.count, using: &random)
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<12: append()
            case 12..<20: take(worker)
            case 20..<40: hear(worker)
            case 40..<44: if workers[worker]?.isStepping == false { die(worker) }
            default: work(worker)
            }
            now = now + .milliseconds(Int.random(in: 0...400, using: &random))
        }
    }

    mutating func recover() {
        isCalm = true
        for _ in 0..<20_000 where row.position < head || workers.contains(where: { $0?.lag ?? 0 > 0 }) {
            if let owner = workers.firstIndex(where: { $0?.token == row.token }) {
                workers[owner]?.head(head)
                work(owner)
            } else {
                take(0)
            }
            now = now + .seconds(1)
        }
    }

    private mutating func append() {
        for _ in 0..<Int.random(in: 1...9, using: &random) {
            head += 1
            if random.chance(3) { bad.insert(head) } else if random.chance(1) { killers.insert(head) }
        }
    }

    /// Its lease ran out, or was given back.
    private mutating func take(_ worker: Int) {
        row.token += 1
        if isDeserted, head > row.position { row.idle += 1 }
        isDeserted = false
        if row.idle >= 3 {
            row.idle = 0
            row.step = max(row.step, row.position + 16)
        }
        workers[worker] = LaneMachine(
            LeasedLane(lane: 0, token: row.token, position: row.position, stepThrough: row.step, tries: row.tries),
            limits: limits)
        workers[worker]?.nudged()
    }

    private mutating func die(_ worker: Int) {
        guard let machine = workers[worker] else { return }
        crashes += 1
        if machine.token == row.token { isDeserted = true }
        workers[worker] = nil
    }

    private mutating func hear(_ worker: Int) {
        guard var machine = workers[worker] else { return }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: machine.head(head)
        case 1: machine.nudged()
        case 2:
            guard let start = machine.redisStart(now: now), start < head else { break }
            machine.redisSaid(
                after: start, runEnd: Int64.random(in: (start + 1)...head, using: &random), isWhole: true, now: now)
        default:
            // Phantoms, holes, and entries from nowhere.
            guard let start = machine.redisStart(now: now) else { break }
            let end = start + Int64.random(in: 0...5, using: &random)
            machine.redisSaid(after: start, runEnd: end, isWhole: random.chance(50), now: now)
        }
        workers[worker] = machine
    }

    private mutating func work(_ worker: Int) {
        guard var machine = workers[worker] else { return }
        let mine = row.token == machine.token
        switch machine.next(now: now) {
        case .idle, .rest: break
        case .end:
            workers[worker] = nil
            return
        case .apply(let from, let limit):
            workers[worker] = machine
            return apply(worker, from, limit)
        case .attempt(let from, let attempt):
            guard mine, row.position == from else { return lose(worker) }
            guard head > from else {
                machine.begins()
                machine.foundNothing(now: now)
                break
            }
            attempts += 1
            row.tries = attempt
            workers[worker] = machine
            return apply(worker, from, 1)
        case .note(let from, let attempts, _):
            guard mine, row.position == from else { return lose(worker) }
            row.tries = attempts
            machine.noted(now: now)
        case .park(let from, _, _):
            guard mine, row.position == from else { return lose(worker) }
            parked.append(from + 1)
            (row.position, row.tries, row.idle) = (from + 1, 0, 0)
            machine.parked()
        case .lookUp:
            lookedUp += 1
            let seen = LeasedLane(lane: 0, token: row.token, position: row.position)
            machine.lookedUp(mine ? seen : nil)
        }
        workers[worker] = machine
    }

    private mutating func lose(_ worker: Int) {
        fenced += 1
        workers[worker]?.lost()
    }

    private mutating func apply(_ worker: Int, _ from: Int64, _ limit: Int) {
        guard row.token == workers[worker]?.token, row.position == from else { return lose(worker) }
        workers[worker]?.begins()
        let events = Array(from..<min(head, from + Int64(limit))).map { $0 + 1 }
        guard let last = events.last else {
            workers[worker]?.foundNothing(now: now)
            return
        }
        if !killers.isDisjoint(with: events) { return die(worker) }
        if !bad.isDisjoint(with: events) {
            let note = FailureNote(EffectConsumer.Unreadable())
            workers[worker]?.failed(note, events: events.count, isUnsure: false, now: now, chance: 0.5)
            return
        }
        let fate = isCalm ? 99 : Int.random(in: 0..<100, using: &random)
        if fate < 10 {
            let note = FailureNote(PostgresError(.connectionLost))
            workers[worker]?.failed(note, events: events.count, isUnsure: random.chance(50), now: now, chance: 0.5)
            // An attempt that nobody died of is taken back before anything else happens.
            if workers[worker]?.isStepping == true {
                now = now + .seconds(60)
                work(worker)
                if case .note = workers[worker]?.next(now: now) { work(worker) }
            }
            return
        }
        effects += events
        (row.position, row.tries, row.idle) = (last, 0, 0)
        switch fate {
        case 10..<22:
            let note = FailureNote(PostgresError(.commitOutcomeUnknown))
            workers[worker]?.failed(note, events: events.count, isUnsure: true, now: now, chance: 0.5)
        case 22..<28: die(worker)
        default: workers[worker]?.applied(through: last)
        }
    }
}
