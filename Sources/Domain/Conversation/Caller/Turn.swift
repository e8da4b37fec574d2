/// The caller's turn: nothing yet, talking, pausing. It never ends by itself; whoever owns it decides, and takes it away.
struct Turn: Hashable, Sendable {
    enum Phase: Hashable {
        /// → talking
        case quiet
        /// → pausing
        case talking
        /// Silent since then, by our clock. → talking, or taken away
        case pausing(since: Instant)
    }

    let id: TurnID
    private(set) var phase = Phase.quiet
    let mediaStart: Milliseconds
    private(set) var mediaEnd: Milliseconds
    /// Of all its stretches of speech.
    private(set) var speech: Milliseconds = 0
    private var stretchStart: Milliseconds?
    private(set) var finals = ""
    private(set) var partial: Transcript?
    var endProbability: Fraction?
    /// A final has come since the last speech.
    private(set) var isFinal = false

    init(id: TurnID, at media: Milliseconds) {
        self.id = id
        mediaStart = media
        mediaEnd = media
    }

    /// What was understood, the uncertain end included.
    var text: String {
        guard let rest = partial?.text.revealed, !rest.isEmpty else { return finals }
        return finals.isEmpty ? rest : finals + " " + rest
    }

    var isPausing: Bool { pausedSince != nil }

    var pausedSince: Instant? { if case .pausing(let since) = phase { since } else { nil } }

    /// The pause that this ends, if it was one.
    mutating func started(at media: Milliseconds, now: Instant) -> Milliseconds? {
        defer { phase = .talking }
        stretchStart = media
        isFinal = false
        endProbability = nil
        guard case .pausing = phase else { return nil }
        return max(0, media - mediaEnd)
    }

    mutating func stopped(at media: Milliseconds, since instant: Instant) {
        phase = .pausing(since: instant)
        if let start = stretchStart { speech += max(0, media - start) }
        stretchStart = nil
        mediaEnd = max(mediaEnd, media)
    }

    /// Words without speech that we noticed: somebody speaks softly. They are over when they come.
    mutating func overheard(at now: Instant) { if phase == .quiet { phase = .pausing(since: now) } }

    mutating func heard(partial transcript: Transcript) {
        partial = transcript
        isFinal = false
    }

    mutating func heard(final transcript: Transcript) {
        partial = nil
        isFinal = true
        let text = transcript.text.revealed
        if !text.isEmpty { finals += finals.isEmpty ? text : " " + text }
        if let end = transcript.endedAt { mediaEnd = max(mediaEnd, end) }
    }
}
