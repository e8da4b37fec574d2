extension CallState {
    /// The state after all of them; nil if there are none. No fact may be given twice.
    package static func folded(_ facts: some Sequence<CallFact>) -> CallState? {
        var state: CallState?
        for fact in facts {
            var folded = state ?? CallState(startedAt: fact.at)
            state = nil
            folded.apply(fact)
            state = folded
        }
        return state
    }

    package mutating func apply(_ fact: CallFact) {
        passOver(fact.version)
        startedAt = min(startedAt, fact.at)
        guard let event = fact.event else { return }
        applyToCall(event, fact.rank)
        dropOldMetadata()
        applyToParts(event, fact)
        // Whatever comes late, too: facts of an erased call may come in any order, like others.
        if erasedAt != nil { erase() }
    }

    /// There was an event of which nothing is known but that it is there.
    package mutating func passOver(_ version: Int32) { self.version = max(self.version, version) }

    private mutating func applyToCall(_ event: CallEvent, _ rank: Rank) {
        switch event {
        case .callRequested(let event):
            requestedAt.keepEarliest(rank.at)
            origin.keepFirst(CallOrigin(event), rank)
        case .callReceived(let event):
            // A carrier echoes what we asked for; we know it better.
            origin.keepFirst(CallOrigin(event), Rank(grade: 1, at: rank.at, event: rank.event))
            ringingAt.keepEarliest(rank.at)
            leg.keepLast(event.leg, rank)
        case .callDialed(let event):
            dialedAt.keepEarliest(rank.at)
            leg.keepLast(event.leg, rank)
        case .callRinging(let event):
            ringingAt.keepEarliest(rank.at)
            leg.keepLast(event.leg, rank)
        case .callAnswered(let event):
            let at = event.at.flatMap { $0.isWithinADay(of: rank.at) ? $0 : nil } ?? rank.at
            answer.keepFirst(event.answeredBy, Rank(at: at, event: rank.event))
        case .callChanged(let event): changedMetadata.keepLast(event.metadata, rank)
        case .callEnded(let event): end.keepFirst(event, rank)
        // Who looks again looks beside what counts, until it is chosen.
        case .callAnalyzed(let event): if event.run == nil { findings.keepLast(CallFindings(event), rank) }
        // Of choices the last one goes, and each goes before what nobody chose.
        case .callLookChosen(let event):
            findings.keepLast(event.findings, Rank(grade: event.choice, at: rank.at, event: rank.event))
        case .callSettled(let event): costs.keepLast(event, rank)
        case .callCharged(let event): charges[event.leg.control].keepLast(LegCharge(event), rank)
        case .callErased: erasedAt.keepEarliest(rank.at)
        case .contextLoaded(let event): context.keepLast(event, rank)
        case .callHeld: hold.keepLast(true, rank)
        case .callResumed: hold.keepLast(false, rank)
        case .callEnqueued(let event): place.keepLast(event.queue, rank)
        case .callDequeued: place.keepLast(nil, rank)
        case .transferStarted(let event): began(event.transfer)
        case .transferBridged(let event): began(event.transfer)
        case .transferEnded(let event): transfers[event.transfer] = true
        case .providerFailed, .recordingFailed, .toolFailed: errorCount += 1
        case .providerFellBack: fallbackCount += 1
        default: break
        }
    }

    private mutating func dropOldMetadata() {
        guard changedMetadata != nil, let origin, origin.value.metadata != nil else { return }
        var value = origin.value
        value.metadata = nil
        self.origin = Ranked(value, origin.rank)
    }

    private mutating func began(_ transfer: TransferID) { transfers[transfer] = transfers[transfer] ?? false }

    private mutating func applyToParts(_ event: CallEvent, _ fact: CallFact) {
        if let id = event.turn {
            let before = turns[id]
            if before == nil { turnCount += 1 }
            var turn = before ?? TurnState(began: event.beginning(at: fact.at))
            turn.apply(event, at: fact.at, id: fact.id)
            tally.replace(before, by: turn)
            turns[id] = turn
        }
        if case .callerSaid(let said) = event {
            segments[SegmentID(value: fact.id.value)] = SegmentState(said, at: fact.at)
        }
        if let utterance = event.utterance {
            let id = SegmentID(value: utterance.value)
            let wasInterrupted = segments[id]?.isInterrupted == true
            segments[id, default: SegmentState(speaker: .agent)].apply(event, at: fact.at)
            if !wasInterrupted, segments[id]?.isInterrupted == true { interruptionCount += 1 }
        }
        if let id = event.toolCall {
            if toolUses[id] == nil { toolUseCount += 1 }
            toolUses[id, default: ToolUseState(name: event.toolName)]
                .apply(event, at: fact.at, version: fact.version)
        }
    }
}

extension CallEvent {
    fileprivate var toolName: String {
        switch self {
        case .toolCalled(let event): event.name
        case .toolReturned(let event): event.name
        case .toolFailed(let event): event.name
        default: ""
        }
    }
}
