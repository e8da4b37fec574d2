package import Domain

/// A call whose carrier somebody else plays. Everybody else in it is of a seed, and the law book looks at all of it.
package struct CarriedCall {
    /// Short, so that many of them are reached.
    package static let durationMax: Milliseconds = 6_000
    package static let mediaMax: Milliseconds = 3_000
    /// From the end of its time to its end: last words, and where no voice is left for them the tones that say so.
    package static let endMax: Milliseconds = 10_000
    /// A hand-over has its own end, which is told by others.
    package static let handOverMax: Milliseconds = 60_000

    package private(set) var breach: String?
    package private(set) var hasHandedOver = false
    private var world: World
    private var call: Conversation
    private var laws = LawBook()
    private var step: [Effect] = []
    private var beganAt: Instant?
    /// Who is told that what was sent is played already may send more than the line can carry.
    private var isToldTrueMarks: Bool

    /// `returnsMarks` says that they come by themselves.
    package init(seed: UInt64, returnsMarks: Bool) {
        var settings = RandomCall.settings(of: seed)
        settings.liveness.duration = Self.durationMax
        settings.liveness.media = Self.mediaMax
        settings.liveness.farewell = 3_000
        isToldTrueMarks = returnsMarks
        world = World(seed: seed, returnsMarks: returnsMarks)
        call = Conversation(settings, seed: seed, at: world.now)
        step.reserveCapacity(64)
    }

    package var isOver: Bool { call.isOver }
    package var now: Instant { world.now }

    package mutating func take(_ input: Input) {
        if case .marked = input { isToldTrueMarks = false }
        handle(input)
    }

    private mutating func handle(_ input: Input) {
        guard breach == nil else { return }
        step.removeAll(keepingCapacity: true)
        let instant = world.now
        if case .mediaStarted = input { beganAt = beganAt ?? instant }
        call.handle(input, at: instant, into: &step)
        var lead: Milliseconds = 0
        for effect in step {
            world.perform(effect)
            switch effect {
            case .send, .hold: if isToldTrueMarks { lead = max(lead, world.carrierEnd.since(instant)) }
            default: break
            }
            if case .transfer = effect { hasHandedOver = true }
        }
        laws.check(input, step, at: instant, lead: lead, in: call)
        breach = laws.breach
        guard let beganAt, !hasHandedOver, !isOver else { return }
        if instant.since(beganAt) > Self.durationMax + Self.endMax { breach = "it goes on beyond its time" }
    }

    /// Deadlines and answers of the others, for so long.
    package mutating func wait(_ time: Milliseconds) {
        let end = world.now.after(time)
        while breach == nil, let input = world.happening(by: end) { handle(input) }
        world.wait(until: end)
    }

    /// Somebody speaks, and will be understood.
    package mutating func spoke(at place: Milliseconds) { world.spoke(at: place) }

    /// Nobody speaks for the carrier any more.
    package mutating func end() {
        wait(Self.mediaMax + 100)
        if breach == nil, !isOver, !hasHandedOver { breach = "it goes on without its carrier" }
        if !isOver { wait(Self.handOverMax) }
        if breach == nil { laws.checkEnd() }
        breach = breach ?? laws.breach
    }
}
