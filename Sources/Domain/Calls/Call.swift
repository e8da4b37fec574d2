/// The durable call: what a command means, given all that is known. `CallState` folds the facts that come of it.
///
/// Carriers tell late, twice, and out of order, so nothing here asks whether a fact comes in its turn, only whether it is new: the fold
/// makes the same of any order.
package enum Call {
    package static func decide(
        _ command: CallCommand, _ state: CallState?, at now: Instant
    ) throws(CallRefusal) -> [CallEvent] {
        switch command {
        case .request(let event):
            guard state?.origin == nil else { throw .exists }
            return [.callRequested(event)]
        case .receive(let event):
            // The same news twice. A carrier may also echo a call that we asked for: then its leg is news.
            if let leg = state?.leg, leg.value == event.leg { return [] }
            if state?.origin?.value.direction == .inbound { throw .exists }
            return [.callReceived(event)]
        case .note(let event): return try note(event, state)
        case .hangUp(let hangUp):
            guard let state else { throw .unknown }
            return state.end == nil ? [.callEnded(ended(hangUp, state, at: now))] : []
        case .stop:
            guard let state else { throw .unknown }
            return state.end == nil ? [.callEnded(ended(.stopped, state, at: now))] : []
        case .giveUp:
            guard let state else { throw .unknown }
            guard state.end == nil else { return [] }
            let reason: EndedReason = state.answer == nil && state.turns.isEmpty ? .startTimedOut : .processLost
            return [.callEnded(ended(reason, state, at: now))]
        }
    }

    package static func evolve(_ state: CallState?, _ fact: CallFact) -> CallState {
        var state = state ?? CallState(startedAt: fact.at)
        state.apply(fact)
        return state
    }

    // MARK: - Facts

    private static func note(_ event: CallEvent, _ state: CallState?) throws(CallRefusal) -> [CallEvent] {
        switch event {
        case .callRequested(let event): return try decide(.request(event), state, at: .epoch)
        case .callReceived(let event): return try decide(.receive(event), state, at: .epoch)
        case .callDialed(let event):
            return state?.dialedAt != nil && state?.leg?.value == event.leg ? [] : [.callDialed(event)]
        case .callRinging: return state?.ringingAt == nil ? [event] : []
        case .callAnswered: return state?.answer == nil ? [event] : []
        case .callEnded: return state?.end == nil ? [event] : []
        case .callAnalyzed, .callLookChosen, .callSettled:
            guard let state else { throw .unknown }
            guard state.end != nil else { throw .live }
            return [event]
        default:
            guard let state else { throw .unknown }
            return isNews(event, state) ? [event] : []
        }
    }

    /// Of the live call: is it anything that is not known? What was in flight may come to its end after the call has.
    private static func isNews(_ event: CallEvent, _ state: CallState) -> Bool {
        switch event {
        case .transferStarted(let event): state.transfers[event.transfer] == nil
        case .transferBridged(let event): state.transfers[event.transfer] != true
        case .transferEnded(let event): state.transfers[event.transfer] != true
        case .turnEnded(let event): state.turns[event.turn]?.end == nil
        case .agentSpoke(let event): state.segments[SegmentID(value: event.utterance.value)]?.text == nil
        case .toolCalled(let event): state.toolUses[event.toolCall]?.calledAt == nil
        case .toolReturned(let event): state.toolUses[event.toolCall]?.finish?.outcome != .returned
        case .toolFailed(let event): state.toolUses[event.toolCall]?.finish == nil
        case .contextLoaded(let event): state.context?.value != event
        default: true
        }
    }

    // MARK: - The end

    private static func ended(_ hangUp: HangUp, _ state: CallState, at now: Instant) -> CallEnded {
        let reason = EndedReason(
            hangUp, direction: state.origin?.value.direction ?? .inbound, isAnswered: state.answer != nil,
            isBridged: state.status == .transferring)
        var event = ended(reason, state, at: now)
        (event.hangupCause, event.hangupSource, event.sipCode) =
            (hangUp.carrierCause, hangUp.carrierSource, hangUp.sipCode)
        return event
    }

    private static func ended(_ reason: EndedReason, _ state: CallState, at now: Instant) -> CallEnded {
        CallEnded(
            reason: reason, faultOwner: reason.faultOwner,
            duration: state.answeredAt.map { max(0, now.since($0)) },
            isBillable: reason.isBillable(answered: state.answer != nil))
    }
}

extension Instant {
    fileprivate static let epoch = Instant(microseconds: 0)
}
