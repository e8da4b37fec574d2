/// Both sides of one call as they were heard, on one line of time: the caller on the left, the agent on the right, silence where nothing was.
///
/// The samples are those that the carrier sent and was sent, one byte each (G.711): nothing is decoded, so that recording costs a copy and
/// no quality, and half the room that linear samples would take. The line's time is the call's own clock. The caller's sound stands where it
/// came in; ours where the carrier plays it, which is behind what it has not played yet. What is taken back before it was played goes from
/// here, too: so the latest seconds stay open, and only what nothing can change any more is given out.
package struct RecordingTrack: Sendable {
    /// So much stays open: far more than is ever sent ahead of the ear.
    package static let open: Milliseconds = 3_000
    /// Given out together, a second: what a process that is killed takes with it, beside what is open.
    package static let piece: Milliseconds = 1_000
    /// The caller's sound came late by more than that: there was a gap, and no jitter.
    package static let gap: Milliseconds = 200
    /// A carrier that sends faster than time passes gets no further ahead.
    package static let aheadMax: Milliseconds = 2_000
    /// What we send may be that far ahead of what is heard, however long our sentences are.
    package static let sentAheadMax: Milliseconds = 30_000

    private struct Mark: Hashable {
        let number: MarkNumber
        let from: Int
        let to: Int
    }

    private let startedAt: Instant
    private let silence: UInt8
    private let lead: Int
    private let markWait: Int
    /// Samples that were given out. The two sides go on from there.
    private var given = 0
    private var caller: [UInt8] = []
    private var agent: [UInt8] = []
    private var marks: [Mark] = []
    /// Where sound of ours begins that no mark follows yet.
    private var unmarked: Int?
    /// This carrier tells what it has played.
    private var hasMarks = false

    package init(_ law: G711, at instant: Instant, _ playout: PlayoutSettings = PlayoutSettings()) {
        (startedAt, silence) = (instant, law.silence)
        (lead, markWait) = (G711.samples(playout.lead), G711.samples(playout.markWait))
    }

    private func place(of now: Instant) -> Int { G711.samples(max(0, now.since(startedAt))) }

    private var agentEnd: Int { given + agent.count }

    /// Of all that stands here, given out or not.
    package var length: Milliseconds {
        G711.duration(ofSamples: given + max(caller.count, agent.count))
    }

    // MARK: - The caller

    /// Sound of the time before now.
    package mutating func heard(_ audio: Span<UInt8>, at now: Instant) {
        let (end, arrived) = (given + caller.count, place(of: now))
        let missing = arrived - audio.count - end
        // Where the first of it stands decides where all of it does.
        if missing > (end == 0 ? 0 : G711.samples(Self.gap)) {
            caller.append(contentsOf: repeatElement(silence, count: missing))
        }
        let room = arrived + G711.samples(Self.aheadMax) - (given + caller.count)
        let taken = audio.extracting(first: max(0, min(audio.count, room)))
        taken.withUnsafeBufferPointer { caller.append(contentsOf: $0) }
    }

    // MARK: - The agent

    /// The carrier has it, and plays it behind what it has already.
    package mutating func sent(_ audio: [UInt8], at now: Instant) {
        let now = place(of: now)
        let room = now + G711.samples(Self.sentAheadMax) - max(agentEnd, now)
        guard room > 0 else { return }
        let missing = now - agentEnd
        if missing > 0 {
            agent.append(contentsOf: repeatElement(silence, count: missing))
            unmarked = nil
        }
        unmarked = unmarked ?? agentEnd
        agent += audio.prefix(room)
    }

    /// The carrier will say when it has come this far.
    package mutating func marked(_ number: MarkNumber) {
        guard let from = unmarked else { return }
        marks.append(Mark(number: number, from: from, to: agentEnd))
        unmarked = nil
    }

    /// It has.
    package mutating func played(_ number: MarkNumber) {
        guard let place = marks.lastIndex(where: { $0.number <= number }) else { return }
        hasMarks = true
        marks.removeSubrange(...place)
    }

    /// The carrier drops what it has not played: what nobody can have heard by the clock, nor by the marks that came back.
    package mutating func cleared(at now: Instant) {
        let now = place(of: now)
        // A mark that is as late as that will not come.
        marks.removeAll { $0.to + markWait < now }
        var heard = min(agentEnd, now)
        if hasMarks, let first = marks.first { heard = min(heard, first.from + lead) }
        let dropped = agentEnd - max(given, heard)
        if dropped > 0 { agent.removeLast(dropped) }
        marks = []
        unmarked = nil
    }

    // MARK: - Giving out

    /// What nothing changes any more, if it is a piece at least: a sample of the caller, one of the agent, and so on.
    package mutating func take(at now: Instant) -> [UInt8]? {
        let count = place(of: now) - G711.samples(Self.open) - given
        return count >= G711.samples(Self.piece) ? give(count) : nil
    }

    /// The call is over: all that was heard until now.
    package mutating func takeAll(at now: Instant) -> [UInt8] {
        cleared(at: now)
        return give(max(caller.count, agent.count))
    }

    private mutating func give(_ count: Int) -> [UInt8] {
        var frames: [UInt8] = []
        frames.reserveCapacity(2 * count)
        for place in 0..<count {
            frames.append(place < caller.count ? caller[place] : silence)
            frames.append(place < agent.count ? agent[place] : silence)
        }
        caller.removeFirst(min(count, caller.count))
        agent.removeFirst(min(count, agent.count))
        given += count
        return frames
    }
}
