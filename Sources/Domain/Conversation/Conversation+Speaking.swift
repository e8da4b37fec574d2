/// What we say: planned, sent ahead of the ear, and in the end heard, cut or dropped.
extension Conversation {
    /// A line as a whole. Lines that must be said let nobody break in.
    mutating func say(_ text: String, _ kind: Utterance.Kind, isInterruptible: Bool = true, turn: TurnID? = nil) {
        guard !text.isEmpty, let utterance = plan(kind, turn: turn, isInterruptible: isInterruptible, isOpen: false)
        else {
            return
        }
        var splitter = SentenceSplitter()
        var sentences: [String] = []
        splitter.add(text) { sentences.append($0) }
        splitter.finish { sentences.append($0) }
        for sentence in sentences.prefix(Limit.sentencesWaiting) { addSentence(sentence, to: utterance) }
        settle(.agentPrompt)
    }

    /// Nil if it cannot be said: too much waits already, or no voice is left.
    mutating func plan(
        _ kind: Utterance.Kind, turn: TurnID?, isInterruptible: Bool, isOpen: Bool
    ) -> UtteranceID? {
        guard !isMuted, !leg.isOver, utterances.count <= Limit.utterancesWaiting, let voice = voices.current else {
            return nil
        }
        var playout = settings.playout
        playout.hasMarks = hasMarks
        let utterance = Utterance(
            id: newID(), kind: kind, turn: turn, isInterruptible: isInterruptible, voice: voice, isOpen: isOpen,
            playout: playout, at: now)
        utterances.append(utterance)
        return utterance.id
    }

    mutating func addSentence(_ text: String, to id: UtteranceID) {
        guard let place = utterances.firstIndex(where: { $0.id == id }) else { return }
        let waiting = utterances[place].waiting
        if waiting >= Limit.sentencesWaiting || utterances[place].available >= Limit.utteranceSound {
            if case .reply(let reply) = utterances[place].kind { cutShort(reply) }
            return
        }
        let rate = waiting >= settings.voice.hurryFrom ? settings.voice.hurriedRate : settings.voice.rate
        let sentence = utterances[place].add(text, rate: rate, at: now)
        speak(sentence, of: utterances[place])
    }

    private mutating func speak(_ sentence: Int, of utterance: Utterance) {
        out.append(
            .speak(
                SpeakRequest(
                    utterance: utterance.id, sentence: sentence, text: Private(utterance.sentences[sentence].text),
                    voice: utterance.voice, tone: tone, rate: utterance.sentences[sentence].rate)))
        arm(.voice, at: now.after(settings.liveness.voice))
    }

    /// Its reply has no more to add.
    mutating func closeUtterance(_ id: UtteranceID) {
        guard let place = utterances.firstIndex(where: { $0.id == id }) else { return }
        utterances[place].isOpen = false
    }

    // MARK: - Sound comes

    mutating func voiced(_ id: UtteranceID, _ sentence: Int, _ length: Milliseconds) {
        guard let place = utterances.firstIndex(where: { $0.id == id }) else { return }
        let room = Limit.utteranceSound - utterances[place].available
        guard utterances[place].voiced(sentence, min(length, max(0, room)), at: now) else { return }
        if utterances[place].available >= Limit.utteranceSound {
            if case .reply(let reply) = utterances[place].kind { cutShort(reply) }
            if let place = utterances.firstIndex(where: { $0.id == id }) { utterances[place].truncateAll() }
        }
    }

    mutating func timed(_ id: UtteranceID, _ sentence: Int, _ words: [WordTime]) {
        guard let place = utterances.firstIndex(where: { $0.id == id }) else { return }
        utterances[place].timed(sentence, words)
    }

    mutating func voiceEnded(_ id: UtteranceID, _ sentence: Int) {
        guard let place = utterances.firstIndex(where: { $0.id == id }) else { return }
        let sentences = utterances[place].sentences
        // A voice that has made no sound at all has not said it.
        if sentences.indices.contains(sentence), sentences[sentence].length == 0 {
            voiceFailed(id, sentence, .badAnswer, nil)
        } else {
            utterances[place].voiceEnded(sentence, at: now)
        }
    }

    // MARK: - Sound goes

    private var mayBegin: Bool {
        guard let first = utterances.first, first.available > 0, !isHandedOver else { return false }
        return !first.isInterruptible || turn == nil
    }

    /// Sends what may be sent now, and sees to the rest later.
    mutating func pump() {
        while let first = utterances.first, first.isWhole, first.available == 0 { drop() }
        guard leg.isLive, let first = utterances.first else { return }
        switch first.phase {
        case .held: return
        case .planned: guard mayBegin else { return }
        case .playing: break
        }
        while let length = utterances[0].playout.room(
            of: utterances[0].available, isWhole: utterances[0].isWhole, at: now)
        {
            send(length)
        }
        guard utterances[0].phase == .playing else { return }
        let playout = utterances[0].playout
        if playout.sent < utterances[0].available {
            let ahead = playout.sent - playout.played(at: now)
            let next = min(settings.playout.piece, utterances[0].available - playout.sent)
            set(.pump, at: now.after(max(settings.playout.frame, ahead + next - settings.playout.lead)))
            if playout.sent - playout.confirmed >= Limit.unconfirmedSound - settings.playout.piece { considerMarks() }
        } else {
            alarms[.pump] = nil
            considerHeard()
        }
    }

    private mutating func send(_ length: Milliseconds) {
        stopHold()
        nextMark += 1
        let from = utterances[0].playout.sent
        utterances[0].playout.send(length, mark: MarkNumber(nextMark), at: now)
        out.append(.send(utterances[0].id, from: from, length: length, mark: MarkNumber(nextMark)))
        if utterances[0].phase == .planned { began() }
    }

    private mutating func began() {
        utterances[0].phase = .playing
        let first = utterances[0]
        var perceived: Milliseconds?
        if let turn = first.turn, lastTurn?.id == turn, lastTurn?.isHeard == false {
            perceived = lastTurn.map { max(0, now.since($0.speechEndedAt)) }
            lastTurn?.isHeard = true
        }
        var reply: ReplyID?
        if case .reply(let id) = first.kind { reply = id }
        record(
            .agentStartedSpeaking(
                AgentStartedSpeaking(
                    utterance: first.id, turn: first.turn, reply: reply,
                    firstSentence: first.firstTokenAt.map { max(0, first.sentences[0].firstAskedAt.since($0)) },
                    voiceFirstByte: first.firstVoicedAt.map { max(0, $0.since(first.sentences[0].firstAskedAt)) },
                    firstAudioSent: first.firstVoicedAt.map { max(0, now.since($0)) }, perceived: perceived)))
        settle(first.turn == nil ? .agentPrompt : .responseReady)
    }

    mutating func marked(_ number: MarkNumber) {
        guard utterances.first?.phase == .playing else { return }
        _ = utterances[0].playout.marked(number, at: now)
    }

    // MARK: - It is over

    /// Has the caller heard all of it? If not, when?
    mutating func considerHeard() {
        guard let first = utterances.first, first.phase == .playing, first.isWhole,
            first.playout.sent >= first.available, let end = first.playout.endsAt
        else { return }
        if end > now {
            set(.playback, at: end)
        } else if first.playout.isConfirmed {
            over(heard: first.playout.sent)
        } else if end.after(settings.playout.markWait) > now {
            set(.playback, at: end.after(settings.playout.markWait))
        } else {
            giveUpMarks()
            over(heard: first.playout.heard(at: now))
        }
    }

    /// The carrier says nothing of what it plays: from here on the clock has to do.
    private mutating func considerMarks() {
        guard utterances[0].playout.settings.hasMarks, let end = utterances[0].playout.endsAt,
            end.after(settings.playout.markWait) <= now
        else { return }
        giveUpMarks()
    }

    private mutating func giveUpMarks() {
        hasMarks = false
        utterances[0].playout.settings.hasMarks = false
    }

    private mutating func over(heard: Milliseconds) {
        let spoken = utterances.removeFirst()
        (alarms[.pump], alarms[.playback]) = (nil, nil)
        recordSpoken(spoken, heard: heard, isInterrupted: false)
        expected = .inferred(from: spoken.generated)
        spokeUntilNow()
        settle(.playbackDone)
    }

    /// Nothing of it was ever sent, and nothing will be.
    private mutating func drop() {
        out.append(.release(utterances[0].id))
        utterances.removeFirst()
        spokeUntilNow()
        settle(.failed)
    }

    /// What was heard stays, the rest is dropped.
    mutating func cut(_ evidence: SpeechEvidence?, stoppedAfter: Milliseconds?) {
        guard !utterances.isEmpty else { return }
        if utterances[0].phase == .playing, leg.isLive { out.append(.clear) }
        let cut = utterances.removeFirst()
        (alarms[.pump], alarms[.playback]) = (nil, nil)
        guard cut.hasBegun else {
            out.append(.release(cut.id))
            return
        }
        let heard = cut.playout.heard(at: now)
        if let evidence {
            record(
                .agentInterrupted(
                    AgentInterrupted(
                        utterance: cut.id, turn: cut.turn, heardFor: heard, stoppedAfter: stoppedAfter,
                        evidence: evidence)))
        }
        recordSpoken(cut, heard: heard, isInterrupted: true)
    }

    private mutating func recordSpoken(_ utterance: Utterance, heard: Milliseconds, isInterrupted: Bool) {
        let text = Private(utterance.text(after: heard))
        var reply: ReplyID?
        if case .reply(let id) = utterance.kind { reply = id }
        record(
            .agentSpoke(
                AgentSpoke(
                    utterance: utterance.id, turn: utterance.turn, reply: reply,
                    generated: Private(utterance.generated), heard: text, heardFor: heard, totalFor: utterance.totalFor,
                    isInterrupted: isInterrupted, voice: utterance.voice.voice, provider: utterance.voice.provider)))
        if !text.revealed.isEmpty {
            history.add(.agent(utterance.id, text, isInterrupted: isInterrupted))
        }
        out.append(.release(utterance.id))
    }

    private mutating func spokeUntilNow() {
        if tools.contains(where: { $0.isAwaited && $0.isPending }) {
            set(.filler, at: now.after(settings.liveness.nextFiller))
        }
        // The next one's deadline counts from when its turn came.
        if !utterances.isEmpty {
            utterances[0].lastVoiceAt = max(utterances[0].lastVoiceAt, now)
            arm(.voice, at: now.after(settings.liveness.voice))
        }
    }

    // MARK: - The voice fails

    /// The sentence that is owed next: has anything come of it?
    mutating func voiceIsDue() {
        guard let first = utterances.first, let owed = first.owed else { return }
        let due = first.lastVoiceAt.after(settings.liveness.voice)
        if due > now { return arm(.voice, at: due) }
        voiceFailed(first.id, owed, .timedOut, nil)
    }

    mutating func voiceFailed(_ id: UtteranceID, _ sentence: Int, _ fault: ProviderFault, _ status: Int?) {
        guard let place = utterances.firstIndex(where: { $0.id == id }),
            utterances[place].sentences.indices.contains(sentence), !utterances[place].sentences[sentence].isWhole
        else { return }
        let failed = utterances[place].voice
        record(
            .providerFailed(
                ProviderFailed(
                    kind: .voice, provider: failed.provider, fault: fault, status: status, turn: utterances[place].turn)
            ))
        guard let next = voices.failed(failed) else { return voiceless() }
        if next != failed {
            record(
                .providerFellBack(
                    ProviderFellBack(
                        kind: .voice, provider: failed.provider, next: next.provider, fault: fault,
                        turn: utterances[place].turn)))
        }
        utterances[place].voice = next
        utterances[place].lastVoiceAt = now
        for owed in utterances[place].sentences.indices where !utterances[place].sentences[owed].isWhole {
            let state = utterances[place].sentences[owed]
            // Another voice does not go on in the middle of a sentence.
            if state.length > 0 || state.attempts >= Limit.voiceAttempts {
                utterances[place].truncate(owed)
            } else {
                utterances[place].askedAgain(owed)
                speak(owed, of: utterances[place])
            }
        }
        settle(.failed)
    }

    /// No voice is left. A recording apologizes, and the call ends.
    private mutating func voiceless() {
        silence(nil)
        for utterance in utterances where !utterance.hasBegun { out.append(.release(utterance.id)) }
        if utterances.first?.hasBegun == true { cut(nil, stoppedAfter: nil) }
        utterances = []
        closeTurn()
        overlap = nil
        out.append(.playClip(.apology))
        ending = .voiceFailed
        set(.farewell, at: now.after(settings.liveness.clip))
        settle(.failed)
    }
}
