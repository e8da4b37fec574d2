/// The caller's sound and words.
extension Conversation {
    mutating func heard(_ frame: CallerFrame) {
        lastFrameAt = now
        if case .lost = leg.phase, let media = leg.media { mediaStarted(media) }
        guard leg.isLive else { return }
        leg.framesIn += 1
        switch gate.heard(frame) {
        case .none: weighLength()
        case .started(let place): callerStarted(at: place, frame)
        case .stopped(let place): callerStopped(at: place, frame)
        }
    }

    private mutating func callerStarted(at place: Milliseconds, _ frame: CallerFrame) {
        guard isListening else { return }
        record(
            .callerStartedSpeaking(
                CallerStartedSpeaking(mediaAt: place, probability: frame.probability, energy: frame.energy)))
        if turn == nil { openTurn(at: place, probability: frame.probability) }
        if let pause = turn?.started(at: place, now: now) {
            pauses.learned(pause)
            discardSpeculation()
        }
        (alarms[.endpoint], alarms[.speculation], alarms[.overlap]) = (nil, nil, nil)
        if turn?.text.isEmpty == true {
            set(.transcript, at: now.after(settings.hearing.unheardSpeech + settings.hearing.transcriptWait))
        }
    }

    private mutating func callerStopped(at place: Milliseconds, _ frame: CallerFrame) {
        guard isListening else { return }
        record(
            .callerStoppedSpeaking(
                CallerStoppedSpeaking(mediaAt: place, probability: frame.probability, energy: frame.energy)))
        fellSilent(at: place)
    }

    mutating func fellSilent(at place: Milliseconds) {
        guard turn != nil else { return }
        turn?.stopped(at: place, since: now.after(place - gate.mediaEnd))
        out.append(.finalizeTranscript(recognizer))
        if overlap != nil {
            set(.overlap, at: now.after(settings.interruption.wordsWait))
            return
        }
        awaitEnd()
    }

    /// The caller has paused: for how long until it is our turn?
    mutating func awaitEnd() {
        guard let turn, let since = turn.pausedSince else { return }
        if turn.text.isEmpty { set(.transcript, at: now.after(settings.hearing.transcriptWait)) }
        if settings.endpointing.speculates { set(.speculation, at: since.after(settings.endpointing.speculateAfter)) }
        considerEnd()
    }

    private var isListening: Bool { !isHandedOver && !isMachine && ending == nil }

    private mutating func openTurn(at place: Milliseconds, probability: Fraction) {
        turn = Turn(id: newID(), at: place)
        set(.turnLength, at: now.after(settings.endpointing.turnMax))
        let first = utterances.first
        // What must be said to the end is: the caller's turn goes on beside it, and is answered afterwards.
        if isBusy, first?.isInterruptible ?? true {
            overlap = Overlap(
                during: first?.phase == .playing ? .speaking : .thinking, began: now, probability: probability)
        }
        settle(.userStarted)
    }

    // MARK: - Words

    mutating func partial(_ transcript: Transcript) {
        guard prepareTurn(for: transcript) else { return }
        turn?.heard(partial: transcript)
        understood()
    }

    mutating func final(_ transcript: Transcript) {
        guard prepareTurn(for: transcript) else { return }
        recognizerRestarts = 0
        turn?.heard(final: transcript)
        if !transcript.text.revealed.isEmpty { said(transcript) }
        understood()
    }

    mutating func endOfTurn(_ number: RecognizerNumber, _ probability: Fraction) {
        guard number == recognizer, turn != nil else { return }
        turn?.endProbability = probability
        if overlap == nil { considerEnd() }
    }

    /// False if the words belong to nobody's turn, or say nothing.
    private mutating func prepareTurn(for transcript: Transcript) -> Bool {
        guard transcript.recognizer == recognizer, leg.isLive, isListening else { return false }
        if turn != nil { return true }
        guard !Words(transcript.text.revealed).isEmpty else { return false }
        let start = transcript.startedAt ?? transcript.endedAt ?? gate.mediaEnd
        guard start >= closedThrough else { return false }
        // Somebody speaks too softly for the gate.
        openTurn(at: start, probability: transcript.confidence ?? Fraction(percent: 100))
        turn?.overheard(at: now)
        if overlap != nil { set(.overlap, at: now.after(settings.interruption.wordsWait)) }
        return true
    }

    private mutating func understood() {
        guard let turn else { return }
        if !turn.text.isEmpty { alarms[.transcript] = nil }
        if turn.text.utf8.count >= Limit.turnLength {
            if overlap != nil { interrupt() }
            endTurn(.lengthMaxReached)
        } else if overlap != nil {
            weigh(isOver: turn.isFinal && turn.isPausing)
        } else if let since = turn.pausedSince {
            if settings.endpointing.speculates, since.after(settings.endpointing.speculateAfter) <= now { speculate() }
            considerEnd()
        }
    }

    private mutating func said(_ transcript: Transcript) {
        guard let turn else { return }
        let said = CallerSaid(
            turn: turn.id, text: transcript.text, confidence: transcript.confidence,
            startedAt: transcript.startedAt ?? turn.mediaStart, endedAt: transcript.endedAt ?? turn.mediaEnd,
            finalAfter: turn.pausedSince.map { max(0, now.since($0)) }, words: transcript.words,
            provider: recognizers.current ?? "", language: transcript.language)
        if overlap == nil { record(.callerSaid(said)) } else { unsaid.append(said) }
    }

    mutating func sayUnsaid() {
        for said in unsaid { record(.callerSaid(said)) }
        unsaid = []
    }

    /// What the recognizer has not made final, and the turn has no time to wait for.
    mutating func sayPartial() { if let rest = turn?.partial, !rest.text.revealed.isEmpty { said(rest) } }

    // MARK: - The end of a turn

    /// Is it our turn now, and if not, when?
    mutating func considerEnd() {
        guard overlap == nil, let turn, let since = turn.pausedSince, !turn.text.isEmpty else { return }
        let rule = endpointing(turn)
        let due = since.after(rule.silence)
        if due > now {
            alarms[.endpoint] = due
        } else if gate.isRising {
            // They may be going on: a moment later it is known.
            set(.endpoint, at: now.after(Self.moment))
        } else if turn.isFinal || due.after(settings.endpointing.finalWait) <= now {
            endTurn(rule.silence < settings.endpointing.silence ? .predicted : .silence)
        } else {
            alarms[.endpoint] = due.after(settings.endpointing.finalWait)
        }
    }

    private static let moment: Milliseconds = 40

    private func endpointing(_ turn: Turn) -> Endpointing {
        Endpointing(
            text: turn.text, expecting: expected, pause: pauses.typical, endProbability: turn.endProbability,
            settings: settings.endpointing)
    }

    mutating func endTurn(_ reason: TurnEnd) {
        guard let turn else { return }
        overlap = nil
        sayUnsaid()
        sayPartial()
        let text = turn.text
        let silence = turn.pausedSince.map { max(0, now.since($0)) }
        let rule = endpointing(turn)
        record(
            .turnEnded(
                TurnEnded(
                    turn: turn.id, reason: reason, silence: silence, endpointing: silence,
                    inputs: EndpointingInputs(
                        silenceThreshold: rule.silence, speech: turn.speech, wordCount: Words(text).count,
                        endProbability: turn.endProbability, endThreshold: settings.endpointing.likelyEnd,
                        completeness: rule.completeness, expected: expected.input, usualPause: pauses.typical))))
        closeTurn()
        guard !text.isEmpty else {
            discardSpeculation()
            settle(.falseStart)
            return
        }
        history.add(.caller(turn.id, Private(text)))
        lastTurn = AnsweredTurn(id: turn.id, speechEndedAt: turn.pausedSince ?? now)
        (expected, toolRounds, presencePrompts) = (.anything, 0, 0)
        if reason == .callEnded { return }
        if settings.scoresSentiment { out.append(.scoreSentiment(turn.id, Private(text))) }
        recall(text)
        settle(.turnEnd) { $0.answer(turn.id, text) }
    }

    /// It is nobody's turn any more. What comes late for it finds nobody.
    mutating func closeTurn() {
        guard let turn else { return }
        closedThrough = max(turn.mediaEnd, gate.isOpen ? gate.mediaEnd : turn.mediaEnd)
        self.turn = nil
        unsaid = []
        for alarm in [Alarms.Name.endpoint, .transcript, .speculation, .turnLength, .overlap] { alarms[alarm] = nil }
    }

    /// Somebody else goes on with it: what was understood is in the log, and the turn has no end there. What might be an interruption
    /// is none yet.
    mutating func leaveTurnOpen() {
        let isUndecided = overlap != nil
        overlap = nil
        if !isUndecided { sayPartial() }
        closeTurn()
    }

    // MARK: - The recognizer

    /// There was speech, and no word of it came.
    mutating func transcriptIsDue() {
        guard let turn, turn.text.isEmpty, overlap == nil else { return }
        let speech = turn.speech + gate.speech
        if speech < settings.hearing.unheardSpeech {
            closeTurn()
            discardSpeculation()
            settle(.falseStart)
        } else if recognizerRestarts < max(1, settings.recognizers.count) {
            recognizerFailed(recognizer, .timedOut, nil)
            if self.turn != nil {
                set(.transcript, at: now.after(settings.hearing.unheardSpeech + settings.hearing.transcriptWait))
            }
        } else {
            recognizerRestarts = 0
            settle(.falseStart) {
                $0.closeTurn()
                $0.say($0.settings.lines.notUnderstood, .line)
            }
        }
    }

    mutating func startRecognizer(from place: Milliseconds?) {
        guard let provider = recognizers.current else { return }
        recognizer = RecognizerNumber(recognizer.value + 1)
        out.append(.startRecognizer(recognizer, provider: provider, from: place))
    }

    mutating func recognizerFailed(_ number: RecognizerNumber, _ fault: ProviderFault, _ status: Int?) {
        guard number == recognizer, let failed = recognizers.current, !leg.isOver else { return }
        record(
            .providerFailed(
                ProviderFailed(kind: .transcription, provider: failed, fault: fault, status: status, turn: turn?.id)))
        out.append(.stopRecognizer(number))
        recognizerRestarts += 1
        if recognizers.failed(failed) == nil { recognizers.reset() }
        guard let next = recognizers.current, recognizerRestarts <= 2 * settings.recognizers.count else {
            farewell(settings.lines.farewellApology, .transcriptionFailed)
            return
        }
        if next != failed {
            record(
                .providerFellBack(
                    ProviderFellBack(
                        kind: .transcription, provider: failed, next: next, fault: fault, turn: turn?.id)))
        }
        // What the caller says now is not to be lost with the stream.
        startRecognizer(from: turn?.mediaStart)
    }
}
