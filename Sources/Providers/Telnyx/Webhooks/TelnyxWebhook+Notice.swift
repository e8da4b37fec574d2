import Domain

extension TelnyxWebhook {
    /// The same in our words.
    package var notice: CarrierNotice {
        CarrierNotice(
            carrier: .telnyx, id: id, at: at, leg: leg, standing: standing, facts: leg.map { facts(of: $0) } ?? [])
    }

    private var standing: CarrierNotice.Standing {
        if leg == nil { return .none }
        if let tag { return .tagged(tag) }
        // A leg that goes out without what we give to each of ours was not dialled by us.
        if case .initiated(.outgoing) = event { return .none }
        if let to { return .incoming(to: to) }
        return .named
    }

    private var direction: Direction {
        if case .call(_, let direction) = tag { return direction }
        return .inbound
    }

    private func facts(of leg: CarrierLeg) -> [CallEvent] {
        if case .transfer(_, let id, let mode) = tag { return transferFacts(id, mode) + anyLegFacts(leg) }
        switch event {
        case .initiated(.incoming):
            guard let from, let to else { return [] }
            return [.callReceived(CallReceived(from: from, to: to, leg: leg))]
        case .initiated: return tag == nil ? [] : [.callDialed(CallDialed(leg: leg))]
        case .answered: return [.callAnswered(CallAnswered(at: at))]
        case .hangup(let hangup): return [.callEnded(end(hangup))]
        case .machineDetected(let result): return [.machineDetected(MachineDetected(verdict: verdict(result)))]
        case .greetingEnded(let result):
            return [
                .machineDetected(MachineDetected(verdict: result == "not_sure" ? .unknown : .machineGreetingEnded))
            ]
        case .dtmf(let digit): return [.dtmfReceived(DTMFReceived(digits: digit))]
        case .streamingStarted(let stream):
            return [
                .mediaStarted(MediaStarted(media: media(stream), codec: stream.codec, sampleRate: stream.sampleRate))
            ]
        case .streamingStopped(let stream):
            return [.mediaStopped(MediaStopped(media: media(stream), reason: .closedByCarrier))]
        case .streamingFailed(let stream):
            return [.mediaLost(MediaLost(media: media(stream), reason: .connectionLost))]
        case .bridged: return [.callBridged(CallBridged(leg: leg))]
        case .held: return [.callHeld(CallHeld())]
        case .unheld: return [.callResumed(CallResumed())]
        case .enqueued(let queue): return [.callEnqueued(queue.entered)]
        case .dequeued(let queue): return [.callDequeued(queue.left)]
        case .gatherEnded(let id, let digits, let status):
            return [.gatherEnded(GatherEnded(gather: id, digits: digits, outcome: status))]
        case .playbackStarted(let playback): return [.playbackStarted(playback.started)]
        case .playbackEnded(let playback): return [.playbackEnded(playback.ended)]
        case .speakStarted(let id): return [.announcementStarted(AnnouncementStarted(announcement: id))]
        case .speakEnded(let id, let status):
            return [.announcementEnded(AnnouncementEnded(announcement: id, outcome: status))]
        case .transcribed(let words): return [.callTranscribed(words)]
        case .recordingSaved, .recordingFailed, .recordingTranscribed, .priced: return anyLegFacts(leg)
        case .other: return []
        }
    }

    /// What is the call's whichever of its legs it happens to.
    private func anyLegFacts(_ leg: CarrierLeg) -> [CallEvent] {
        switch event {
        case .recordingSaved(let recording):
            // Where it can be fetched from, until it is in a storage of ours.
            [
                .recordingStored(
                    RecordingStored(
                        recording: Self.recording(recording.id), key: "telnyx:\(recording.id)",
                        channels: recording.channels, duration: recording.duration))
            ]
        case .recordingFailed(let id):
            [.recordingFailed(RecordingFailed(recording: Self.recording(id ?? self.id), reason: .carrierFailed))]
        case .recordingTranscribed(let id, let text, let status):
            [
                .recordingTranscribed(
                    RecordingTranscribed(recording: Self.recording(id), text: text, outcome: status))
            ]
        case .priced(let cost): [.callCharged(cost.charge(of: leg))]
        default: []
        }
    }

    /// Of the leg to somebody else: what happens to it happens to the transfer, not to the call.
    private func transferFacts(_ id: TransferID, _ mode: TransferMode) -> [CallEvent] {
        let target = to ?? Private("")
        switch event {
        case .initiated: return [.transferStarted(TransferStarted(transfer: id, target: target, mode: mode))]
        case .bridged: return [.transferBridged(TransferBridged(transfer: id, target: target, mode: mode))]
        case .hangup(let hangup):
            let side = hangup.source.flatMap(HangupCause.Side.init)
            return [
                .transferEnded(
                    TransferEnded(
                        transfer: id, target: target, mode: mode, reason: HangupCause.transferEnd(hangup.cause, side)))
            ]
        default: return []
        }
    }

    private func end(_ hangup: TelnyxHangup) -> CallEnded {
        let side = hangup.source.flatMap(HangupCause.Side.init)
        let reason = HangupCause.reason(hangup.cause, side, sip: hangup.sipCode, direction)
        return CallEnded(
            reason: reason, faultOwner: reason.faultOwner, hangupCause: hangup.cause, hangupSource: hangup.source,
            sipCode: hangup.sipCode, isBillable: hangup.cause == "normal_clearing" || hangup.cause == "time_limit")
    }

    private func verdict(_ result: String) -> Verdict {
        switch result {
        case "human", "human_residence", "human_business": .human
        case "machine": .machine
        case "fax_detected": .fax
        case "silence": .silence
        default: .unknown
        }
    }

    private func media(_ stream: TelnyxStream) -> String { stream.id ?? leg?.leg ?? "telnyx" }

    private static func recording(_ id: String) -> RecordingID { DerivedID.make("recording", "telnyx", id) }
}
