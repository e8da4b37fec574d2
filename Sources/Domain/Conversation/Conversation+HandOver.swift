/// A call that outlives its process: let go here, taken over there.
extension Conversation {
    /// Not while something goes on that nobody else could see to its end.
    package var mayBeHandedOver: Bool {
        (leg.isLive || leg.isLost) && !isMachine && ending == nil && transfer == nil && orderedTransfer == nil
    }

    /// Somebody else carries the call from here on: for us it is over, and the log does not say that it has ended. What was heard is
    /// written down first, since whoever goes on has nothing but the log.
    mutating func letGo() {
        guard mayBeHandedOver, let media = leg.media else { return controlled(.hangUp) }
        keysComplete()
        discardSpeculation()
        stopHold()
        leaveTurnOpen()
        silence(nil)
        if utterances.first?.hasBegun == true { cut(nil, stoppedAfter: nil) }
        for utterance in utterances { out.append(.release(utterance.id)) }
        utterances = []
        out.append(.stopRecognizer(recognizer))
        record(.mediaLost(MediaLost(media: media.name, reason: .closedByUs)))
        (leg.phase, isLetGo) = (.over, true)
        alarms.clear()
        settle(.hangUp)
        alarms.clear()
    }

    /// Before anything else: the call is as it was when it was let go, and its sound is about to come back.
    mutating func tookOver(_ past: CallSoFar) {
        guard case .waiting = leg.phase, !leg.isAnswered else { return }
        for message in past.messages { history.add(message) }
        (leg.isAnswered, leg.answeredAt) = (past.answeredAt != nil, past.answeredAt)
        (leg.isGreeted, leg.phase) = (past.hasSpoken, .lost(since: past.lostAt))
        owed = past.owed
        if case .reply(let turn?) = past.owed {
            // How long they wait for it is nothing that a turn's latency could tell.
            lastTurn = AnsweredTurn(id: turn, speechEndedAt: past.lostAt, isHeard: true)
        }
        set(.media, at: now.after(settings.liveness.media))
        set(.duration, at: (past.answeredAt ?? now).after(settings.liveness.duration))
        set(.inactivity, at: now.after(settings.liveness.inactivity))
        loadContext()
    }

    /// The caller can hear us again.
    mutating func payOwed() {
        switch owed {
        case .nothing: break
        case .words(let rest): say(rest.revealed, .line)
        case .reply: owesReply = true
        }
        owed = .nothing
    }
}
