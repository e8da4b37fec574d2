/// Sound of the caller while it is not their turn.
extension Conversation {
    /// Has it lasted long enough to count without words? Looked at with each frame, so it reads no text before it must.
    mutating func weighLength() {
        guard let overlap, !overlap.isHolding, gate.isOpen else { return }
        let threshold = overlap.during == .speaking ? settings.interruption.speaking : settings.interruption.thinking
        guard (turn?.speech ?? 0) + gate.speech >= threshold.speech, !isGuarded else { return }
        weigh(isOver: false)
    }

    /// At the start of our speech, what comes in may be ourselves.
    private var isGuarded: Bool {
        guard let began = utterances.first?.playout.firstSentAt else { return false }
        return now < began.after(settings.interruption.echoGuard)
    }

    mutating func weigh(isOver: Bool) {
        guard let overlap, let turn else { return }
        let judgement = overlap.judge(
            text: turn.text, speech: turn.speech + gate.speech, isOver: isOver,
            spoken: overlap.during == .speaking ? utterances.first?.generated ?? "" : "", isGuarded: isGuarded,
            settings: settings.interruption)
        switch judgement {
        case .undecided: break
        case .pause: pause()
        case .interrupt: interrupt()
        case .dismiss(let reason): dismiss(reason)
        }
    }

    /// Silence at once, but nothing is given up: what was not heard may yet be said.
    private mutating func pause() {
        guard utterances.first?.phase == .playing else { return }
        out.append(.clear)
        hold()
        overlap?.isHolding = true
        settle(.userStarted)
    }

    mutating func hold() {
        guard utterances.first?.phase == .playing else { return }
        utterances[0].playout.cleared(at: now)
        utterances[0].phase = .held
        (alarms[.pump], alarms[.playback]) = (nil, nil)
    }

    mutating func resume() {
        guard utterances.first?.phase == .held, leg.isLive, overlap?.isHolding != true else { return }
        utterances[0].phase = .playing
        utterances[0].lastVoiceAt = now
        settle(.resumed)
    }

    /// The caller has the floor.
    mutating func interrupt() {
        let evidence = evidence
        let began = overlap?.began
        overlap = nil
        sayUnsaid()
        silence(evidence, stoppedAfter: began.map { max(0, now.since($0)) })
        settle(.userStarted)
        awaitEnd()
    }

    private var evidence: SpeechEvidence {
        let text = turn?.text ?? ""
        return SpeechEvidence(
            speech: (turn?.speech ?? 0) + gate.speech, wordCount: Words(text).count, probability: overlap?.probability,
            text: text.isEmpty ? nil : Private(text))
    }

    /// It was nothing; we go on as if it had not been.
    private mutating func dismiss(_ reason: DismissalReason) {
        if let overlap, overlap.during == .speaking, let first = utterances.first, first.hasBegun {
            record(
                .interruptionDismissed(
                    InterruptionDismissed(
                        utterance: first.id, heardFor: first.playout.heard(at: now), reason: reason,
                        evidence: evidence)))
        }
        closeTurn()
        overlap = nil
        resume()
        settle(.falseStart)
    }

    /// We have finished while it was undecided: so it is a turn like any other.
    mutating func overlapLapsed() {
        overlap = nil
        alarms[.overlap] = nil
        sayUnsaid()
        settle(.userStarted)
        awaitEnd()
    }

    /// Takes back everything that is being thought or said, but for what must be said. Tools go on: what they do, they do.
    mutating func silence(_ evidence: SpeechEvidence?, stoppedAfter: Milliseconds? = nil) {
        for reply in replies { cancel(reply) }
        replies = []
        (deferred, alarms[.model], alarms[.filler]) = (nil, nil, nil)
        if utterances.first?.isInterruptible == true { cut(evidence, stoppedAfter: stoppedAfter) }
        for utterance in utterances where utterance.isInterruptible && !utterance.hasBegun {
            out.append(.release(utterance.id))
        }
        utterances.removeAll { $0.isInterruptible && !$0.hasBegun }
    }
}
