/// What is ordered from outside, and what is done when nobody does anything.
extension Conversation {
    mutating func controlled(_ control: Control) {
        switch control {
        case .emergencyStop: end(.stopped, orders: true)
        case .hangUp:
            silence(nil)
            end(.stopped, orders: true)
        case .letGo: letGo()
        case .interrupt: stopSpeaking()
        case .cancel:
            for place in tools.indices where tools[place].isPending { tools[place].isLate = true }
            (owesReply, keys, alarms[.keys]) = (false, "", nil)
            stopSpeaking()
        case .say(let text, let isInterruptible):
            guard !isLeaving else { return }
            say(text.revealed, .line, isInterruptible: isInterruptible)
        case .inject(let text, let replies):
            history.add(.note(text))
            if replies { owesReply = true }
        case .mute:
            isMuted = true
            stopSpeaking()
        case .unmute: isMuted = false
        case .expect(let expected): self.expected = expected
        case .sendKeys(let keys): if keysAreValid(keys.revealed) { send(keys: keys) }
        case .transfer(let target, let mode): orderTransfer(target, mode, tool: nil)
        }
    }

    private mutating func stopSpeaking() {
        overlap = nil
        sayUnsaid()
        discardSpeculation()
        silence(nil)
        // Somebody in charge has ordered it: what must be said is no exception.
        if utterances.first?.hasBegun == true { cut(nil, stoppedAfter: nil) }
        for utterance in utterances { out.append(.release(utterance.id)) }
        utterances = []
        settle(.cancelled)
        awaitEnd()
    }

    /// Nobody has said anything for too long.
    mutating func inactive() {
        guard state == .idle, !isLeaving, leg.isLive else { return }
        // Muted, we are silent because we were told to.
        guard !isMuted else { return set(.inactivity, at: now.after(settings.liveness.inactivity)) }
        if presencePrompts < settings.lines.presencePrompts.count {
            presencePrompts += 1
            say(settings.lines.presencePrompts[presencePrompts - 1], .line)
            set(.inactivity, at: now.after(settings.liveness.inactivity))
            settle(.agentPrompt)
        } else {
            farewell(
                settings.lines.presenceFarewell, settings.direction == .inbound ? .callerSilent : .calleeSilent)
        }
    }

    mutating func durationReached() {
        // Who talks to a human now is not cut off by us.
        guard !isHandedOver else { return set(.duration, at: now.after(settings.liveness.duration)) }
        if ending == nil { farewell(settings.lines.durationFarewell, .durationMaxReached) }
    }
}
