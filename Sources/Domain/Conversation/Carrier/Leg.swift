/// The carrier's side of a call.
struct Leg: Hashable, Sendable {
    enum Phase: Hashable {
        /// No sound yet. → live, over
        case waiting
        /// → lost, over
        case live
        /// The sound has stopped, and may come back. → live, over
        case lost(since: Instant)
        /// For good.
        case over
    }

    var phase = Phase.waiting
    var isAnswered = false
    var answeredAt: Instant?
    var media: Media?
    var isGreeted = false
    var framesIn = 0

    struct Media: Hashable {
        let name: String
        let codec: AudioCodec
        let sampleRate: Int
    }

    var isLive: Bool { phase == .live }
    var isLost: Bool { if case .lost = phase { true } else { false } }
    var isOver: Bool { phase == .over }
    var hasMedia: Bool { if case .waiting = phase { false } else { true } }
}
