import Loop
import Postgres
import Store
import Testing

struct LaneMachineTests {
    private static let start = Moment(nanoseconds: 1_000_000_000)
    private static let broken = FailureNote(EffectConsumer.Unreadable())
    private static let outage = FailureNote(PostgresError(.connectFailed))

    private func machine(_ position: Int64 = 0, _ change: (inout ConsumerLimits) -> Void = { _ in }) -> LaneMachine {
        var limits = ConsumerLimits()
        change(&limits)
        return LaneMachine(LeasedLane(lane: 0, token: 1, position: position), limits: limits)
    }

    @Test func `nothing is done until somebody says that there is something`() {
        var machine = machine(10)
        #expect(machine.next(now: Self.start) == .idle)
        machine.head(10)
        #expect(machine.next(now: Self.start) == .idle)
        machine.head(11)
        #expect(machine.next(now: Self.start) == .apply(from: 10, limit: 500))
        machine.applied(through: 11)
        #expect(machine.next(now: Self.start) == .idle)
        #expect(machine.checkpoint == 11)
    }

    @Test func `batches grow while there is more behind them, up to a limit`() {
        var machine = machine()
        machine.head(1_000_000)
        var sizes: [Int] = []
        while sizes.count < 4, case .apply(let from, let limit) = machine.next(now: Self.start) {
            sizes.append(limit)
            machine.applied(through: from + Int64(limit))
        }
        #expect(sizes == [500, 1000, 2000, 2000])
        machine.applied(through: 1_000_000)
        machine.head(1_000_001)
        #expect(machine.next(now: Self.start) == .apply(from: 1_000_000, limit: 500))
    }

    @Test func `a version that is being built takes large pages and doesn't ask Redis`() {
        let row = LeasedLane(lane: 0, token: 1, position: 0, isFollowing: true)
        var machine = LaneMachine(row, limits: ConsumerLimits())
        #expect(machine.redisStart(now: Self.start) == nil)
        machine.head(9_999)
        #expect(machine.next(now: Self.start) == .apply(from: 0, limit: 5_000))
        machine.applied(through: 5_000)
        #expect(machine.next(now: Self.start) == .apply(from: 5_000, limit: 5_000))
        machine.applied(through: 9_999)
        machine.goesLive()
        #expect(machine.redisStart(now: Self.start) == 9_999)
        machine.head(10_000)
        #expect(machine.next(now: Self.start) == .apply(from: 9_999, limit: 500))
    }

    @Test func `Redis is asked for what it hasn't said yet, also while a batch is under way`() {
        var machine = machine(10)
        #expect(machine.redisStart(now: Self.start) == 10)
        machine.redisSaid(after: 10, runEnd: 20, isWhole: true, now: Self.start)
        #expect(machine.redisStart(now: Self.start) == 20)
        #expect(machine.source == .redis)
        #expect(machine.next(now: Self.start) == .apply(from: 10, limit: 500))
        machine.applied(through: 25)
        #expect(machine.redisStart(now: Self.start) == 25)
        // The answer to a question that is older than the checkpoint.
        machine.redisSaid(after: 20, runEnd: 24, isWhole: true, now: Self.start)
        #expect(machine.next(now: Self.start) == .idle)
    }

    @Test func `a gap in Redis sends to Postgres at once, and Redis is left alone for a while`() {
        var machine = machine(10)
        machine.redisSaid(after: 10, runEnd: 10, isWhole: false, now: Self.start)
        #expect(machine.next(now: Self.start) == .apply(from: 10, limit: 500))
        #expect(machine.source == .postgres)
        #expect(machine.redisStart(now: Self.start) == nil)
        #expect(machine.redisStart(now: Self.start + ConsumerLimits().doubt) == 10)
    }

    @Test func `an entry that Postgres knows nothing of is no work, and not asked for again at once`() {
        var machine = machine(10)
        machine.redisSaid(after: 10, runEnd: 12, isWhole: true, now: Self.start)
        machine.begins()
        machine.foundNothing(now: Self.start)
        #expect(machine.next(now: Self.start) == .idle)
        #expect(machine.redisStart(now: Self.start) == nil)
        #expect(machine.redisStart(now: Self.start + ConsumerLimits().doubt) == 10)
    }

    @Test func `what is said while a transaction is under way is looked for after it`() {
        var machine = machine(10)
        machine.nudged()
        machine.begins()
        machine.nudged()
        machine.foundNothing(now: Self.start)
        #expect(machine.next(now: Self.start) == .apply(from: 10, limit: 500))
        machine.begins()
        machine.redisSaid(after: 10, runEnd: 12, isWhole: true, now: Self.start)
        machine.foundNothing(now: Self.start)
        #expect(machine.next(now: Self.start) == .apply(from: 10, limit: 500))
        #expect(machine.redisStart(now: Self.start) == 12)
        machine.begins()
        machine.nudged()
        machine.applied(through: 12)
        #expect(machine.next(now: Self.start) == .apply(from: 12, limit: 500))
        machine.begins()
        machine.foundNothing(now: Self.start)
        #expect(machine.next(now: Self.start) == .idle)
    }

    @Test func `infrastructure is waited for, however long, and nothing is given up`() {
        var machine = machine()
        machine.head(1)
        var now = Self.start
        for _ in 0..<1_000 {
            guard case .apply = machine.next(now: now) else { break }
            machine.failed(Self.outage, events: 1, isUnsure: false, now: now, chance: 1)
            guard case .rest(let until) = machine.next(now: now) else { break }
            #expect(until - now <= .seconds(60))
            now = until
        }
        #expect(machine.next(now: now) == .apply(from: 0, limit: 1))
        machine.applied(through: 1)
        #expect(machine.next(now: now) == .idle)
    }

    @Test func `what fails before an event is reached blames none`() {
        var machine = machine()
        machine.head(5)
        machine.failed(Self.broken, events: 0, isUnsure: false, now: Self.start, chance: 1)
        #expect(machine.next(now: Self.start) == .rest(until: Self.start + .seconds(1)))
    }

    @Test(arguments: [1, 2, 250, 251, 499, 500]) func `one bad event of 500 is found by halving, the others pass once`(
        bad: Int64
    ) {
        var machine = machine()
        machine.head(500)
        var now = Self.start
        var applied: [Int64] = []
        var parked: [Int64] = []
        var failures = 0
        loop: while true {
            switch machine.next(now: now) {
            case .apply(let from, let limit):
                let batch = (from + 1)...min(500, from + Int64(limit))
                if batch.contains(bad) {
                    failures += 1
                    machine.failed(Self.broken, events: batch.count, isUnsure: false, now: now, chance: 1)
                } else {
                    applied += batch
                    machine.applied(through: batch.upperBound)
                }
            case .note: machine.noted(now: now)
            case .rest(let until): now = until
            case .park(let from, let attempts, let note):
                #expect(attempts == ConsumerLimits.triesMax)
                #expect(note == Self.broken)
                parked.append(from + 1)
                machine.parked()
            case .idle: break loop
            case .attempt, .lookUp, .end: break loop
            }
        }
        #expect(parked == [bad])
        #expect(applied == (1...500).filter { $0 != bad })
        // Nine halvings and the tries.
        #expect(failures <= 9 + Int(ConsumerLimits.triesMax))
    }

    @Test func `an unknown outcome is looked up before anything else`() {
        var machine = machine()
        machine.head(7)
        let unknown = FailureNote(PostgresError(.commitOutcomeUnknown))
        machine.failed(unknown, events: 7, isUnsure: true, now: Self.start, chance: 1)
        let later = Self.start + .seconds(2)
        #expect(machine.next(now: later) == .lookUp)
        machine.lookedUp(LeasedLane(lane: 0, token: 1, position: 7))
        #expect(machine.next(now: later) == .idle)
        #expect(machine.checkpoint == 7)
    }

    @Test(arguments: [nil, LeasedLane(lane: 0, token: 2, position: 5), LeasedLane(lane: 0, token: 1, position: 4)])
    func `a row that is another's, or behind us, ends the work`(row: LeasedLane?) {
        var machine = machine(5)
        machine.historyChanged()
        #expect(machine.next(now: Self.start) == .lookUp)
        machine.lookedUp(row)
        #expect(machine.next(now: Self.start) == .end)
    }

    @Test func `where owners died, one event at a time is tried, and the attempt written down first`() {
        let row = LeasedLane(lane: 0, token: 9, position: 0, stepThrough: 2, tries: 1)
        var machine = LaneMachine(row, limits: ConsumerLimits())
        machine.head(100)
        #expect(machine.isStepping)
        #expect(machine.next(now: Self.start) == .attempt(from: 0, attempt: 2))
        machine.applied(through: 1)
        #expect(machine.next(now: Self.start) == .attempt(from: 1, attempt: 1))
        machine.applied(through: 2)
        #expect(!machine.isStepping)
        #expect(machine.next(now: Self.start) == .apply(from: 2, limit: 500))
    }

    @Test func `an attempt that fails for trouble elsewhere is taken back before the rest`() {
        let row = LeasedLane(lane: 0, token: 9, position: 0, stepThrough: 2, tries: 1)
        var machine = LaneMachine(row, limits: ConsumerLimits())
        machine.head(100)
        #expect(machine.next(now: Self.start) == .attempt(from: 0, attempt: 2))
        machine.failed(Self.outage, events: 1, isUnsure: false, now: Self.start, chance: 1)
        #expect(machine.next(now: Self.start) == .note(from: 0, attempts: 1, Self.outage))
        machine.noted(now: Self.start)
        #expect(machine.next(now: Self.start) == .rest(until: Self.start + .seconds(1)))
        #expect(machine.next(now: Self.start + .seconds(1)) == .attempt(from: 0, attempt: 2))
    }

    @Test func `an event over which owners died three times is parked untried`() {
        let row = LeasedLane(lane: 0, token: 9, position: 4, stepThrough: 20, tries: ConsumerLimits.triesMax)
        var machine = LaneMachine(row, limits: ConsumerLimits())
        #expect(machine.next(now: Self.start) == .park(from: 4, attempts: ConsumerLimits.triesMax, .crash))
        machine.parked()
        #expect(machine.checkpoint == 5)
    }
}
