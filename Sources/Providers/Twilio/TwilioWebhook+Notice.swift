import Domain

extension TwilioWebhook {
    private var leg: CarrierLeg { CarrierLeg(carrier: Carrier.twilio.rawValue, control: call) }

    /// The same in our words.
    package var notice: CarrierNotice {
        CarrierNotice(carrier: .twilio, id: id, at: at, leg: leg, standing: standing, facts: facts)
    }

    private var standing: CarrierNotice.Standing {
        if let tag { return .tagged(tag) }
        if isInbound, let to { return .incoming(to: to) }
        // What goes out without what we give to each of ours was not dialled by us.
        return self["Direction"] == nil ? .named : .none
    }

    private var direction: Direction {
        if case .call(_, let direction) = tag { return direction }
        return .inbound
    }

    private var facts: [CallEvent] {
        if case .transfer(_, let id, let mode) = tag { return transferFacts(id, mode) }
        switch kind {
        case .voice:
            guard let from, let to else { return [] }
            return [.callReceived(CallReceived(from: from, to: to, leg: leg))]
        case .status: return statusFacts
        case .recording: return recordingFacts
        case .stream: return streamFacts
        case .gather:
            let digits = self["Digits"].flatMap { $0.isEmpty ? nil : Private($0) }
            let keys = digits.map { CallEvent.dtmfReceived(DTMFReceived(digits: $0)) }
            return (keys.map { [$0] } ?? []) + [.gatherEnded(GatherEnded(gather: key, digits: digits))]
        case .machine: return [.machineDetected(MachineDetected(verdict: verdict))]
        }
    }

    private var statusFacts: [CallEvent] {
        let status = self["CallStatus"] ?? ""
        switch status {
        case "initiated": return direction == .outbound ? [.callDialed(CallDialed(leg: leg))] : []
        case "ringing": return direction == .outbound ? [.callRinging(CallRinging(leg: leg))] : []
        case "in-progress", "answered":
            return [.callAnswered(CallAnswered(answeredBy: answeredBy, at: at))]
        case "completed", "busy", "failed", "no-answer", "canceled":
            let sip = self["SipResponseCode"].flatMap { Int($0) }.flatMap { (100...699).contains($0) ? $0 : nil }
            let reason = HangupCause.reason(status, nil, sip: sip, direction)
            let seconds = self["CallDuration"].flatMap { Int64($0) }.flatMap { (0...86_400).contains($0) ? $0 : nil }
            let isDone = status == "completed"
            return [
                .callEnded(
                    CallEnded(
                        reason: reason, faultOwner: reason.faultOwner, hangupCause: status, sipCode: sip,
                        duration: isDone ? seconds.map { Milliseconds($0 * 1000) } : nil, isBillable: isDone))
            ]
        default: return []
        }
    }

    private var recordingFacts: [CallEvent] {
        guard let sid = self["RecordingSid"] else { return [] }
        let id: RecordingID = DerivedID.make("recording", "twilio", sid)
        let channels = self["RecordingChannels"] == "2" ? 2 : 1
        switch self["RecordingStatus"] {
        case "in-progress": return [.recordingStarted(RecordingStarted(recording: id, channels: channels))]
        case "completed":
            let seconds = self["RecordingDuration"].flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
            // Where it can be fetched from, until it is in a storage of ours.
            return [
                .recordingStored(
                    RecordingStored(
                        recording: id, key: "twilio:\(sid)", channels: channels,
                        duration: seconds.map { Milliseconds(min($0, 86_400) * 1000) }))
            ]
        case "absent", "failed":
            return [.recordingFailed(RecordingFailed(recording: id, reason: .carrierFailed))]
        default: return []
        }
    }

    private var streamFacts: [CallEvent] {
        let media = self["StreamSid"] ?? call
        // Its streams know one codec.
        switch self["StreamEvent"] {
        case "stream-started":
            let started = CallEvent.mediaStarted(MediaStarted(media: media, codec: .pcmu, sampleRate: 8_000))
            // Nothing else tells that a call that came in was taken: a stream is no part of one that was not.
            guard case .call(_, .inbound)? = tag else { return [started] }
            return [.callAnswered(CallAnswered(at: at)), started]
        case "stream-stopped": return [.mediaStopped(MediaStopped(media: media, reason: .closedByCarrier))]
        case "stream-error": return [.mediaLost(MediaLost(media: media, reason: .connectionLost))]
        default: return []
        }
    }

    private func transferFacts(_ id: TransferID, _ mode: TransferMode) -> [CallEvent] {
        guard kind == .status else { return [] }
        let target = to ?? Private("")
        let status = self["CallStatus"] ?? ""
        switch status {
        case "initiated": return [.transferStarted(TransferStarted(transfer: id, target: target, mode: mode))]
        case "in-progress", "answered":
            return [.transferBridged(TransferBridged(transfer: id, target: target, mode: mode))]
        case "completed", "busy", "failed", "no-answer", "canceled":
            let reason = status == "completed" ? TransferEnd.completed : HangupCause.transferEnd(status, nil)
            return [.transferEnded(TransferEnded(transfer: id, target: target, mode: mode, reason: reason))]
        default: return []
        }
    }

    private var answeredBy: AnsweredBy? {
        self["AnsweredBy"].map { word in
            switch word {
            case "human": .human
            case "fax": .fax
            case "unknown": .unknown
            default: .machine
            }
        }
    }

    private var verdict: Verdict {
        switch self["AnsweredBy"] {
        case "human": .human
        case "fax": .fax
        // Whether it has beeped or fallen silent: it has said its word, and records.
        case "machine_end_beep", "machine_end_silence", "machine_end_other": .machineGreetingEnded
        case "machine_start": .machine
        default: .unknown
        }
    }
}
