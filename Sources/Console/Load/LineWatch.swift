/// What a caller's end of the line sees of the sound that it is given: whether each piece comes at its time, and whether one comes
/// too late to join on; pure. Times and lengths are milliseconds.
struct LineWatch {
    /// So much may come at once when an utterance begins: it has no time of its own.
    static let lead = 400.0
    /// A longer silence is the end of an utterance, and no hole in it.
    static let holeMax = 300.0
    /// Less is not sent sooner than this after the piece before it.
    static let frame = 20.0

    private struct Utterance {
        /// When all that was given will have been played.
        var playedUntil: Double
        var given: Double
        var last: Double
    }

    /// Of each piece beyond the lead, how far it was from its time.
    private(set) var jitter: [Double] = []
    private(set) var pieces = 0
    private(set) var late = 0
    private var utterance: Utterance?

    mutating func given(_ length: Double, at now: Double) {
        pieces += 1
        guard var current = utterance, now < current.playedUntil + Self.holeMax else {
            utterance = Utterance(playedUntil: now + length, given: length, last: now)
            return
        }
        if now > current.playedUntil { late += 1 }
        if current.given >= Self.lead {
            jitter.append((now - current.last - max(Self.frame, length)).magnitude)
        }
        current.playedUntil = max(current.playedUntil, now) + length
        current.given += length
        current.last = now
        utterance = current
    }

    /// What follows is another utterance.
    mutating func cleared() { utterance = nil }

    /// What was measured until now is told, and forgotten.
    mutating func collect() -> (jitter: [Double], pieces: Int, late: Int) {
        defer { (jitter, pieces, late) = ([], 0, 0) }
        return (jitter, pieces, late)
    }
}
