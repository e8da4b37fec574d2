/// Speech or not, frame by frame. A start counts once it has lasted for the confirmation, and a stop likewise, so that clicks
/// and breaths are neither. Works on places in the caller's sound, so that late or bunched frames do not matter.
struct VoiceGate: Hashable, Sendable {
    enum Outcome: Equatable {
        case none
        /// Confirmed; speech began there.
        case started(Milliseconds)
        /// Confirmed; the last speech ended there.
        case stopped(Milliseconds)
    }

    private enum Phase: Hashable {
        case silent
        /// It may be speech, → speaking, or nothing, → silent
        case rising(since: Milliseconds)
        /// → falling
        case speaking(since: Milliseconds)
        /// It may be over, → silent, or not, → speaking
        case falling(since: Milliseconds, from: Milliseconds)
    }

    let settings: HearingSettings
    private var phase = Phase.silent
    /// Where the sound we know of ends.
    private(set) var mediaEnd: Milliseconds = 0

    init(_ settings: HearingSettings) { self.settings = settings }

    /// Is there confirmed speech now?
    var isOpen: Bool {
        switch phase {
        case .silent, .rising: false
        case .speaking, .falling: true
        }
    }

    /// Is there something that may become speech?
    var isRising: Bool { if case .rising = phase { true } else { false } }

    /// How long the speech of now has lasted, up to its last voiced frame.
    var speech: Milliseconds {
        switch phase {
        case .silent, .rising: 0
        case .speaking(let since): mediaEnd - since
        case .falling(let since, let from): from - since
        }
    }

    mutating func heard(_ frame: CallerFrame) -> Outcome {
        // What is told twice, or out of order, is passed over.
        guard frame.mediaEnd > mediaEnd else { return .none }
        mediaEnd = frame.mediaEnd
        switch phase {
        case .silent:
            if frame.probability >= settings.speechThreshold { phase = .rising(since: frame.mediaAt) }
            return confirmStart()
        case .rising:
            if frame.probability < settings.silenceThreshold { phase = .silent }
            return confirmStart()
        case .speaking(let since):
            if frame.probability < settings.silenceThreshold { phase = .falling(since: since, from: frame.mediaAt) }
            return confirmStop()
        case .falling(let since, _):
            if frame.probability >= settings.speechThreshold { phase = .speaking(since: since) }
            return confirmStop()
        }
    }

    private mutating func confirmStart() -> Outcome {
        guard case .rising(let since) = phase, mediaEnd - since >= settings.startConfirmation else { return .none }
        phase = .speaking(since: since)
        return .started(since)
    }

    private mutating func confirmStop() -> Outcome {
        guard case .falling(_, let from) = phase, mediaEnd - from >= settings.stopConfirmation else { return .none }
        phase = .silent
        return .stopped(from)
    }

    /// The sound has broken off: whatever was being said is over.
    mutating func broke() -> Outcome {
        defer { phase = .silent }
        switch phase {
        case .silent, .rising: return .none
        case .speaking: return .stopped(mediaEnd)
        case .falling(_, let from): return .stopped(from)
        }
    }
}
