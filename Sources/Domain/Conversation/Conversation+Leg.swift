/// The carrier's side: sound, keys, machines, transfers, the end.
extension Conversation {
    mutating func answered(_ by: AnsweredBy?) {
        guard !leg.isAnswered else { return }
        (leg.isAnswered, leg.answeredAt) = (true, now)
        greet()
    }

    mutating func mediaStarted(_ media: Leg.Media) {
        switch leg.phase {
        case .waiting:
            leg.phase = .live
            leg.media = media
            record(.mediaStarted(MediaStarted(media: media.name, codec: media.codec, sampleRate: media.sampleRate)))
            startRecognizer(from: nil)
            set(.duration, at: now.after(settings.liveness.duration))
            set(.inactivity, at: now.after(settings.liveness.inactivity))
            loadContext()
            greet()
        case .lost(let since):
            leg.phase = .live
            leg.media = media
            alarms[.media] = nil
            record(
                .mediaResumed(
                    MediaResumed(
                        media: media.name, codec: media.codec, sampleRate: media.sampleRate,
                        gap: max(0, now.since(since)))))
            if recognizers.current != nil { out.append(.stopRecognizer(recognizer)) }
            startRecognizer(from: nil)
            resume()
            payOwed()
            greet()
        case .live, .over: return
        }
        lastFrameAt = now
        arm(.frames, at: now.after(settings.liveness.frames))
    }

    mutating func loadContext() {
        guard settings.loadsContext else { return }
        context = .waiting(since: now)
        out.append(.loadContext(budget: settings.liveness.context))
        set(.context, at: now.after(settings.liveness.context))
    }

    /// Who calls us is greeted at once, whom we call when somebody is there.
    private mutating func greet() {
        guard leg.isLive, settings.direction == .inbound || leg.isAnswered, !leg.isGreeted, !isLeaving else { return }
        leg.isGreeted = true
        if let greeting = settings.lines.greeting { say(greeting, .greeting) }
    }

    mutating func mediaLost(_ reason: MediaReason) {
        guard leg.isLive, let media = leg.media else { return }
        leg.phase = .lost(since: now)
        record(.mediaLost(MediaLost(media: media.name, reason: reason)))
        set(.media, at: now.after(settings.liveness.media))
        if case .stopped(let place) = gate.broke() { fellSilent(at: place) }
        hold()
        settle(.mediaLost)
    }

    mutating func framesAreDue() {
        guard leg.isLive else { return }
        // Some carriers take our stream away from a caller who is handed over.
        if isHandedOver { return arm(.frames, at: now.after(settings.liveness.frames)) }
        let due = lastFrameAt.after(settings.liveness.frames)
        if due > now { arm(.frames, at: due) } else { mediaLost(.silent) }
    }

    // MARK: - Keys

    mutating func keyed(_ digits: Private<String>, at place: Milliseconds?) {
        record(.dtmfReceived(DTMFReceived(digits: digits, mediaAt: place)))
        guard !isLeaving else { return }
        // Whoever presses a key has heard enough.
        if utterances.first?.isInterruptible ?? true {
            discardSpeculation()
            overlap = nil
            sayUnsaid()
            silence(nil)
            settle(.cancelled)
        }
        var isComplete = false
        for key in digits.revealed {
            if key == settings.endpointing.keyEnd {
                isComplete = true
            } else if keys.count < Limit.keys {
                keys.append(key)
            }
        }
        if isComplete || keys.count >= Limit.keys {
            keysComplete()
        } else {
            set(.keys, at: now.after(settings.endpointing.keyWait))
            awaitEnd()
        }
    }

    mutating func keysComplete() {
        alarms[.keys] = nil
        guard !keys.isEmpty else { return }
        let pressed = Private(keys)
        keys = ""
        let id = turn?.id ?? newID()
        overlap = nil
        sayUnsaid()
        sayPartial()
        if let text = turn?.text, !text.isEmpty { history.add(.caller(id, Private(text))) }
        record(.turnEnded(TurnEnded(turn: id, reason: .dtmf)))
        closeTurn()
        history.add(.pressed(pressed))
        lastTurn = AnsweredTurn(id: id, speechEndedAt: now)
        (expected, toolRounds, presencePrompts) = (.anything, 0, 0)
        discardSpeculation()
        settle(.turnEnd) { $0.ask(id) }
    }

    // MARK: - Machines

    mutating func machineDetected(_ verdict: Verdict, took: Milliseconds?) {
        record(.machineDetected(MachineDetected(verdict: verdict, took: took)))
        switch verdict {
        case .human, .silence, .unknown: break
        case .fax: end(.faxReached, orders: true)
        case .machine:
            guard !isMachine, ending == nil else { return }
            guard settings.lines.voicemail != nil else { return end(.voicemailReached, orders: true) }
            switchScript()
            set(.farewell, at: now.after(settings.liveness.farewell))
        case .machineGreetingEnded:
            guard ending == nil else { return }
            guard settings.lines.voicemail != nil else { return end(.voicemailReached, orders: true) }
            if !isMachine { switchScript() }
            leaveMessage()
        }
    }

    /// It was no human whom we greeted: in the middle of a word we stop, and wait for the beep.
    private mutating func switchScript() {
        isMachine = true
        overlap = nil
        closeTurn()
        discardSpeculation()
        silence(nil)
        settle(.cancelled)
    }

    mutating func leaveMessage() {
        guard isMachine, ending == nil, let message = settings.lines.voicemail else { return }
        say(message, .line, isInterruptible: false)
        leave(.voicemailReached)
    }

    // MARK: - Transfers

    mutating func orderTransfer(_ target: Private<String>, _ mode: TransferMode, tool: ToolCallID?) {
        guard transfer == nil, orderedTransfer == nil, ending == nil else { return }
        orderedTransfer = Transfer(id: newID(), target: target, mode: mode, startedAt: now, tool: tool)
    }

    /// After the last word.
    private mutating func startTransfer() {
        guard let ordered = orderedTransfer, utterances.isEmpty, turn == nil else { return }
        guard !replies.contains(where: { !$0.isSpeculative }) else { return }
        orderedTransfer = nil
        discardSpeculation()
        overlap = nil
        transfer = Transfer(
            id: ordered.id, target: ordered.target, mode: ordered.mode, startedAt: now, tool: ordered.tool)
        record(.transferStarted(TransferStarted(transfer: ordered.id, target: ordered.target, mode: ordered.mode)))
        out.append(.transfer(ordered.id, target: ordered.target, ordered.mode))
        set(.transfer, at: now.after(settings.liveness.transfer))
        settle(.transferred)
    }

    mutating func transferBridged(_ id: TransferID) {
        guard let going = transfer, going.id == id, going.phase == .started else { return }
        transfer?.phase = .bridged
        alarms[.transfer] = nil
        record(
            .transferBridged(
                TransferBridged(
                    transfer: id, target: going.target, mode: going.mode, took: max(0, now.since(going.startedAt)))))
        if let tool = going.tool { toolReturned(tool, .done) }
    }

    mutating func transferIsDue() {
        guard let going = transfer, going.phase == .started else { return }
        out.append(.cancelTransfer(going.id))
        transferEnded(going.id, .noAnswer)
    }

    mutating func transferEnded(_ id: TransferID, _ reason: TransferEnd) {
        guard let going = transfer, going.id == id else { return }
        recordTransferEnd(reason)
        if going.phase == .bridged { return end(.transferred, orders: true) }
        // The caller is ours again.
        settle(.transferred) {
            if let tool = going.tool, $0.tools.contains(where: { $0.id == tool && $0.isPending }) {
                $0.toolFailed(tool, reason == .cancelled ? .cancelled : .refused, status: nil)
                $0.followUp()
            } else {
                $0.say($0.settings.lines.transferFailed, .line)
            }
        }
    }

    private mutating func recordTransferEnd(_ reason: TransferEnd) {
        guard let going = transfer else { return }
        transfer = nil
        alarms[.transfer] = nil
        record(
            .transferEnded(
                TransferEnded(transfer: going.id, target: going.target, mode: going.mode, reason: reason)))
    }

    // MARK: - The end

    /// With last words that nobody may break into.
    mutating func farewell(_ text: String, _ reason: EndedReason) {
        guard ending == nil else { return }
        settle(.failed) {
            $0.silence(nil)
            $0.closeTurn()
            $0.overlap = nil
            $0.say(text, .line, isInterruptible: false)
            $0.leave(reason)
        }
    }

    /// As soon as everything is said, but not much later.
    mutating func leave(_ reason: EndedReason) {
        guard ending == nil else { return }
        ending = reason
        orderedTransfer = nil
        alarms[.inactivity] = nil
        set(.farewell, at: now.after(settings.liveness.farewell))
    }

    mutating func leaveIfSaid() {
        if orderedTransfer != nil { startTransfer() }
        guard let ending, utterances.isEmpty, !replies.contains(where: { !$0.isSpeculative }) else { return }
        // A recording of ours tells nothing of its end.
        if ending == .voiceFailed, alarms[.farewell] != nil { return }
        end(ending, orders: true)
    }

    mutating func hungUp(_ hangUp: HangUp) {
        let isBridged = transfer?.phase == .bridged
        // A human leg may go on without ours: its end is still to come, and is recorded when it does.
        if !isBridged { recordTransferEnd(.callerHungUp) }
        let reason = EndedReason(
            hangUp, direction: settings.direction, isAnswered: leg.isAnswered || leg.hasMedia, isBridged: isBridged)
        end(ending ?? reason, orders: false, hangUp)
    }

    /// Everything in flight is brought to its end first, so that the log says what became of it.
    mutating func end(_ reason: EndedReason, orders: Bool, _ hangUp: HangUp? = nil) {
        guard !leg.isOver else { return }
        ending = reason
        bridge = nil
        silence(nil)
        if utterances.first?.hasBegun == true { cut(nil, stoppedAfter: nil) }
        for utterance in utterances { out.append(.release(utterance.id)) }
        utterances = []
        if let turn, turn.text.isEmpty { closeTurn() } else { endTurn(.callEnded) }
        if transfer?.phase == .started { recordTransferEnd(.cancelled) }
        stopMedia(orders ? .closedByUs : .callEnded)
        leg.phase = .over
        alarms.clear()
        record(
            .callEnded(
                CallEnded(
                    reason: reason, faultOwner: reason.faultOwner, hangupCause: hangUp?.carrierCause,
                    hangupSource: hangUp?.carrierSource, sipCode: hangUp?.sipCode,
                    duration: leg.answeredAt.map { max(0, now.since($0)) },
                    isBillable: reason.isBillable(answered: leg.answeredAt != nil))))
        if orders { out.append(.hangUp(reason)) }
        settle(.hangUp)
        alarms.clear()
    }

    private mutating func stopMedia(_ reason: MediaReason) {
        guard leg.hasMedia, let media = leg.media else { return }
        out.append(.stopRecognizer(recognizer))
        record(.mediaStopped(MediaStopped(media: media.name, reason: reason, framesIn: leg.framesIn)))
    }

    /// What was set going may still come to its end, and is recorded. Nothing else happens any more.
    mutating func tookAfterEnd(_ input: Input) {
        switch input {
        case .toolReturned(let id, let result): toolReturned(id, result)
        case .toolFailed(let id, let fault, let status): toolFailed(id, fault, status: status)
        case .transferEnded(let id, let reason) where transfer?.id == id: recordTransferEnd(reason)
        default: break
        }
    }
}
