package import Loop

/// What one owner does in one lane for one consumer: what is known goes in, what to do comes out.
///
/// Pure. That an event has its effect once is not its doing but that of the transaction, which names token and checkpoint;
/// the machine sees to it that work which exists gets done, in bites that succeed.
package struct LaneMachine: Sendable {
    package enum Step: Hashable, Sendable {
        /// Nothing is known to be left.
        case idle
        case rest(until: Moment)
        /// Apply what stands behind the checkpoint, at most so many events.
        case apply(from: Int64, limit: Int)
        /// Write down that this is attempt number `attempt` at the next event, then apply it alone.
        case attempt(from: Int64, attempt: Int32)
        /// Write down how the attempt at the next event ended.
        case note(from: Int64, attempts: Int32, FailureNote)
        /// Give up on the next event: its stream waits behind it, the lane goes on.
        case park(from: Int64, attempts: Int32, FailureNote)
        /// What became of the last transaction is not known: read the lane's row, behind whatever still holds it.
        case lookUp
        /// The lane is another's now.
        case end
    }

    /// Who said that there is work.
    package enum Source: Hashable, Sendable { case redis, postgres }

    package let token: Int64
    package private(set) var checkpoint: Int64
    /// The last position that somebody said exists. It may not.
    package private(set) var known: Int64
    package private(set) var isFollowing: Bool

    private let limits: ConsumerLimits
    private var knownToRedis: Int64
    private var window: Int
    /// Something in (checkpoint, suspect] fails by itself.
    private var suspect: Int64?
    /// Attempts at the event behind the checkpoint that count.
    private var tries: Int32
    private var lastFailure: FailureNote?
    private var isNoteDue = false
    /// An attempt was written down that does not count.
    private var isTakeBackDue = false
    private var stepThrough: Int64
    private var failuresInARow = 0
    private var restUntil: Moment?
    private var doubtUntil: Moment?
    private var isUnsure = false
    /// Somebody said that there is work after the transaction began that is under way: it may not have seen it.
    private var isHintedSince = false
    /// The same from somebody who did not say how much.
    private var isNudgedSince = false
    private var isOver = false

    package init(_ lane: LeasedLane, limits: ConsumerLimits) {
        token = lane.token
        checkpoint = lane.position
        known = lane.position
        knownToRedis = lane.position
        isFollowing = lane.isFollowing
        stepThrough = lane.stepThrough
        tries = lane.tries
        self.limits = limits
        window = lane.isFollowing ? limits.rebuildPage : limits.batchMax
    }

    package var isStepping: Bool { checkpoint < stepThrough }
    package var lag: Int64 { max(0, known - checkpoint) }

    package func next(now: Moment) -> Step {
        if isOver { return .end }
        // Nobody died: said before the rest, lest the next owner counts the attempt as a death.
        if isTakeBackDue, !isUnsure, let lastFailure { return .note(from: checkpoint, attempts: tries, lastFailure) }
        if let restUntil, now < restUntil { return .rest(until: restUntil) }
        if isUnsure { return .lookUp }
        if isNoteDue, let lastFailure { return .note(from: checkpoint, attempts: tries, lastFailure) }
        if tries >= ConsumerLimits.triesMax {
            return .park(from: checkpoint, attempts: tries, lastFailure ?? .crash)
        }
        guard known > checkpoint else { return .idle }
        if isStepping { return .attempt(from: checkpoint, attempt: tries + 1) }
        var limit = window
        // Half of what failed: what is sound in it is done and behind us, and what is not is found in a few steps.
        if let suspect { limit = max(1, min(limit, Int(clamping: (suspect - checkpoint) / 2))) }
        return .apply(from: checkpoint, limit: limit)
    }

    /// Whether what `apply` orders may share a transaction with other lanes: nothing is suspected of failing, and it is not so
    /// much that the others would wait for it.
    package var maySweep: Bool {
        !isFollowing && !isStepping && suspect == nil && tries == 0 && lag <= Int64(limits.batchMax)
    }

    // MARK: - That there is work

    /// Where Redis is to be read from; nil while it isn't.
    package func redisStart(now: Moment) -> Int64? {
        if isOver || isFollowing { return nil }
        if let doubtUntil, now < doubtUntil { return nil }
        return max(checkpoint, knownToRedis)
    }

    /// What Redis holds behind `start`: the run that follows without a gap ends at `end`, and `isWhole` says whether that
    /// was all of it. Anything but the next position first means that Redis has lost something or never had it.
    package mutating func redisSaid(after start: Int64, runEnd end: Int64, isWhole: Bool, now: Moment) {
        guard start >= checkpoint || end > checkpoint else { return }
        if end > known { isHintedSince = true }
        knownToRedis = max(knownToRedis, end)
        known = max(known, end)
        if !isWhole {
            isHintedSince = true
            // Postgres is asked at once; whether there is anything it will say.
            known = max(known, end + 1, checkpoint + 1)
            doubtUntil = now + limits.doubt
        }
    }

    /// Where the lane ends in Postgres, or where the version that this one follows has come to.
    package mutating func head(_ position: Int64) {
        if position > known { isHintedSince = true }
        known = max(known, position)
    }

    /// Somebody who should know says that there is something new, not how much.
    package mutating func nudged() {
        isHintedSince = true
        isNudgedSince = true
        known = max(known, checkpoint + 1)
    }

    // MARK: - What came of it

    /// A transaction begins: what it finds is as of now.
    package mutating func begins() {
        isHintedSince = false
        isNudgedSince = false
    }

    package mutating func applied(through position: Int64) {
        failuresInARow = 0
        restUntil = nil
        advanced(to: position)
        if isNudgedSince { known = max(known, position + 1) }
        let most =
            isFollowing ? limits.rebuildPage : known - checkpoint > window ? limits.batchBehindMax : limits.batchMax
        window = min(max(1, window * 2), most)
    }

    /// Nothing stands behind the checkpoint, whatever was said.
    package mutating func foundNothing(now: Moment) {
        failuresInARow = 0
        suspect = nil
        // What was said meanwhile is looked for again before anybody is doubted.
        if isHintedSince { return }
        if knownToRedis > checkpoint { doubtUntil = now + limits.doubt }
        known = checkpoint
        knownToRedis = checkpoint
    }

    package mutating func noted(now: Moment) {
        if isTakeBackDue {
            isTakeBackDue = false
            return
        }
        isNoteDue = false
        if tries < ConsumerLimits.triesMax { restUntil = now + limits.pauses.betweenTries }
    }

    package mutating func parked() {
        failuresInARow = 0
        advanced(to: checkpoint + 1)
    }

    /// Events (checkpoint, checkpoint + count] were in the transaction that failed; 0 when it didn't come to that.
    package mutating func failed(
        _ note: FailureNote, events count: Int, isUnsure unsure: Bool, now: Moment, chance: Double
    ) {
        isUnsure = unsure
        // An event that was not reached is not to blame.
        switch count > 0 ? note.kind : .infrastructure {
        case .infrastructure:
            failuresInARow += 1
            restUntil = now + limits.pauses.pause(afterFailures: failuresInARow, chance: chance)
            if isStepping, count > 0 {
                isTakeBackDue = true
                lastFailure = note
            } else if isTakeBackDue {
                // It can't be said now; after the rest the next attempt writes the same number again.
                isTakeBackDue = false
            }
            // It may be as much as a server that is slow today can do in its time.
            window = max(1, window / 2)
        case .deterministic:
            guard count <= 1 else {
                suspect = min(suspect ?? .max, checkpoint + Int64(count))
                return
            }
            tries += 1
            lastFailure = note
            isNoteDue = true
        }
    }

    /// The row says otherwise than we believed, or is no longer ours.
    package mutating func lost() { isOver = true }

    /// The lane's row, read while nobody else held it.
    package mutating func lookedUp(_ lane: LeasedLane?) {
        isUnsure = false
        guard let lane, lane.token == token, lane.position >= checkpoint else {
            // Behind us: another history. Whoever takes the lane begins from what the row says.
            isOver = true
            return
        }
        isFollowing = lane.isFollowing
        if lane.position > checkpoint { advanced(to: lane.position) }
    }

    /// The version that was being built is the live one now.
    package mutating func goesLive() {
        guard isFollowing else { return }
        isFollowing = false
        window = limits.batchMax
    }

    /// Postgres went over to another timeline, which may lack what we saw: nothing said before counts.
    package mutating func historyChanged() {
        known = checkpoint
        knownToRedis = checkpoint
        doubtUntil = nil
        isUnsure = true
    }

    private mutating func advanced(to position: Int64) {
        checkpoint = position
        known = max(known, position)
        knownToRedis = max(knownToRedis, position)
        tries = 0
        lastFailure = nil
        isNoteDue = false
        isTakeBackDue = false
        if let suspect, suspect <= position { self.suspect = nil }
    }

    /// On whose word the next events are read.
    package var source: Source { checkpoint < knownToRedis ? .redis : .postgres }
}
