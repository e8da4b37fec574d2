/// Sound of ours while a tool takes long and nobody speaks. Nothing is said by it: it is in no history and no fact, and whoever speaks, we or the
/// caller, ends it at once.
extension Conversation {
    mutating func holdIsDue() {
        let due = tools.lazy.filter { $0.isAwaited && $0.isPending }.map { $0.calledAt.after(Hold.after) }.min()
        guard let due else { return stopHold() }
        guard due <= now else { return set(.hold, at: due) }
        guard mayHold else { return set(.hold, at: now.after(Hold.again)) }
        var playing = bridge ?? Playout(holdSettings)
        while let length = playing.room(of: playing.sent + playing.settings.piece, isWhole: true, at: now) {
            out.append(.hold(from: playing.sent, length: length))
            playing.send(length, mark: MarkNumber(0), at: now)
        }
        bridge = playing
        set(.hold, at: now.after(playing.settings.piece))
    }

    /// Looked at with each input, of which there are fifty a second.
    mutating func considerHold() { if bridge != nil, !mayHold { stopHold() } }

    /// What was not yet played would be heard beside what comes.
    mutating func stopHold() {
        guard let playing = bridge else { return }
        bridge = nil
        if leg.isLive, let end = playing.endsAt, end > now { out.append(.clear) }
    }

    private var mayHold: Bool {
        leg.isLive && turn == nil && utterances.first?.hasBegun != true && !isMuted && !isLeaving
            && tools.contains { $0.isAwaited && $0.isPending }
    }

    /// Nobody asks how much of it was heard.
    private var holdSettings: PlayoutSettings {
        var settings = settings.playout
        settings.hasMarks = false
        return settings
    }
}
