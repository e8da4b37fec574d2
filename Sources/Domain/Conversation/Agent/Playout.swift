/// An utterance's way through the carrier. Sound is sent ahead of what is heard, but never far: what was sent too early cannot be
/// taken back without a gap, and what is not yet sent need not be. How much was played is told by marks, and by the clock between them.
struct Playout: Hashable, Sendable {
    /// Marks that never come are given up.
    var settings: PlayoutSettings
    private(set) var sent: Milliseconds = 0
    /// By the last mark that came back.
    private(set) var confirmed: Milliseconds = 0
    private(set) var firstSentAt: Instant?
    /// The carrier was there, at that time.
    private var base: Base?
    private var marks: [Mark] = []

    private struct Base: Hashable {
        let place: Milliseconds
        let at: Instant
    }

    private struct Mark: Hashable {
        let number: MarkNumber
        let place: Milliseconds
    }

    init(_ settings: PlayoutSettings) { self.settings = settings }

    /// As far as the carrier has got, by the clock.
    func played(at now: Instant) -> Milliseconds {
        guard let base else { return sent }
        return min(sent, base.place + max(0, now.since(base.at)))
    }

    /// As far as the caller has heard us: never beyond what marks make likely.
    func heard(at now: Instant) -> Milliseconds {
        let played = played(at: now)
        return settings.hasMarks ? min(played, confirmed + settings.lead) : played
    }

    /// When the last sound that was sent is over, by the clock.
    var endsAt: Instant? { base.map { $0.at.after(sent - $0.place) } }

    var isConfirmed: Bool { settings.hasMarks ? marks.isEmpty : true }

    /// How much of what there is may be sent now; nothing if it is too early, or too little.
    func room(of available: Milliseconds, isWhole: Bool, at now: Instant) -> Milliseconds? {
        let ahead = sent - played(at: now)
        let unconfirmed = settings.hasMarks ? sent - confirmed : 0
        let piece = min(available - sent, settings.piece)
        // Crumbs are not worth a mark: it waits until a whole piece may go, or all that is left.
        guard piece > 0, piece >= settings.frame || isWhole else { return nil }
        return piece <= min(settings.lead - ahead, Limit.unconfirmedSound - unconfirmed) ? piece : nil
    }

    mutating func send(_ length: Milliseconds, mark: MarkNumber, at now: Instant) {
        let played = played(at: now)
        if base == nil || played >= sent { base = Base(place: sent, at: now) }
        firstSentAt = firstSentAt ?? now
        sent += length
        if settings.hasMarks { marks.append(Mark(number: mark, place: sent)) }
    }

    /// True if it was one of ours.
    mutating func marked(_ number: MarkNumber, at now: Instant) -> Bool {
        guard let place = marks.lastIndex(where: { $0.number <= number }) else { return false }
        confirmed = max(confirmed, marks[place].place)
        marks.removeSubrange(...place)
        if let base, confirmed > base.place + max(0, now.since(base.at)) || marks.isEmpty {
            self.base = Base(place: confirmed, at: now)
        }
        return true
    }

    /// The carrier has dropped the rest: what was not heard is yet to be sent.
    mutating func cleared(at now: Instant) {
        sent = heard(at: now)
        confirmed = sent
        base = nil
        marks.removeAll(keepingCapacity: true)
    }
}
