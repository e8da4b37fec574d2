/// Sound of the caller while it is not their turn, before it is clear what it is. It ends dismissed or as an interruption.
struct Overlap: Hashable, Sendable {
    enum During: Hashable {
        case thinking
        case speaking
    }

    enum Judgement: Equatable {
        /// Wait for more.
        case undecided
        /// Fall silent, keep what was not heard, and wait for words.
        case pause
        case interrupt
        case dismiss(DismissalReason)
    }

    let during: During
    let began: Instant
    /// We are paused because of it.
    var isHolding = false
    var probability: Fraction

    /// What to do about it now.
    func judge(
        text: String, speech: Milliseconds, isOver: Bool, spoken: String, isGuarded: Bool,
        settings: InterruptionSettings
    ) -> Judgement {
        let threshold = during == .speaking ? settings.speaking : settings.thinking
        let words = Words(text)
        if !words.isEmpty {
            if during == .speaking, words.echo(Words(spoken)) { return isOver ? .dismiss(.echo) : .undecided }
            if words.areBackchannel { return isOver ? .dismiss(.backchannel) : .undecided }
            if words.count >= threshold.words || words.areUrgent { return .interrupt }
            if isOver { return .dismiss(.tooShort) }
        } else if isOver {
            return .dismiss(speech >= threshold.speech ? .noise : .tooShort)
        }
        // At the start of our speech it may be our own voice that comes back: then only words count.
        guard speech >= threshold.speech, !isGuarded else { return .undecided }
        if during == .thinking { return .interrupt }
        return isHolding ? .undecided : .pause
    }
}
