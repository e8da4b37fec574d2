/// What happens in a call.
package enum CallEvent: Hashable, Sendable {
    case callRequested(CallRequested)
    case callDialed(CallDialed)
    case callRinging(CallRinging)
    case callReceived(CallReceived)
    case callAnswered(CallAnswered)
    case callChanged(CallChanged)
    case machineDetected(MachineDetected)
    case mediaStarted(MediaStarted)
    case mediaLost(MediaLost)
    case mediaResumed(MediaResumed)
    case mediaStopped(MediaStopped)
    case contextLoaded(ContextLoaded)
    case callerStartedSpeaking(CallerStartedSpeaking)
    case callerStoppedSpeaking(CallerStoppedSpeaking)
    case callerSaid(CallerSaid)
    case turnEnded(TurnEnded)
    case sentimentScored(SentimentScored)
    case replyRequested(ReplyRequested)
    case replyFirstToken(ReplyFirstToken)
    case replyFinished(ReplyFinished)
    case agentStartedSpeaking(AgentStartedSpeaking)
    case agentSpoke(AgentSpoke)
    case agentInterrupted(AgentInterrupted)
    case interruptionDismissed(InterruptionDismissed)
    case toolCalled(ToolCalled)
    case toolReturned(ToolReturned)
    case toolFailed(ToolFailed)
    case dtmfReceived(DTMFReceived)
    case dtmfSent(DTMFSent)
    case callBridged(CallBridged)
    case callHeld(CallHeld)
    case callResumed(CallResumed)
    case callEnqueued(CallEnqueued)
    case callDequeued(CallDequeued)
    case callTranscribed(CallTranscribed)
    case gatherEnded(GatherEnded)
    case playbackStarted(PlaybackStarted)
    case playbackEnded(PlaybackEnded)
    case announcementStarted(AnnouncementStarted)
    case announcementEnded(AnnouncementEnded)
    case providerFailed(ProviderFailed)
    case providerFellBack(ProviderFellBack)
    case providerRecovered(ProviderRecovered)
    case transferStarted(TransferStarted)
    case transferBridged(TransferBridged)
    case transferEnded(TransferEnded)
    case recordingStarted(RecordingStarted)
    case recordingStored(RecordingStored)
    case recordingFailed(RecordingFailed)
    case recordingTranscribed(RecordingTranscribed)
    case callEnded(CallEnded)
    case callAnalyzed(CallAnalyzed)
    case callLookChosen(CallLookChosen)
    case callCharged(CallCharged)
    case callSettled(CallSettled)
    case callOrdered(CallOrdered)
    case callErased(CallErased)

    package var type: EventType {
        switch self {
        case .callRequested: .callRequested
        case .callDialed: .callDialed
        case .callRinging: .callRinging
        case .callReceived: .callReceived
        case .callAnswered: .callAnswered
        case .callChanged: .callChanged
        case .machineDetected: .machineDetected
        case .mediaStarted: .mediaStarted
        case .mediaLost: .mediaLost
        case .mediaResumed: .mediaResumed
        case .mediaStopped: .mediaStopped
        case .contextLoaded: .contextLoaded
        case .callerStartedSpeaking: .callerStartedSpeaking
        case .callerStoppedSpeaking: .callerStoppedSpeaking
        case .callerSaid: .callerSaid
        case .turnEnded: .turnEnded
        case .sentimentScored: .sentimentScored
        case .replyRequested: .replyRequested
        case .replyFirstToken: .replyFirstToken
        case .replyFinished: .replyFinished
        case .agentStartedSpeaking: .agentStartedSpeaking
        case .agentSpoke: .agentSpoke
        case .agentInterrupted: .agentInterrupted
        case .interruptionDismissed: .interruptionDismissed
        case .toolCalled: .toolCalled
        case .toolReturned: .toolReturned
        case .toolFailed: .toolFailed
        case .dtmfReceived: .dtmfReceived
        case .dtmfSent: .dtmfSent
        case .callBridged: .callBridged
        case .callHeld: .callHeld
        case .callResumed: .callResumed
        case .callEnqueued: .callEnqueued
        case .callDequeued: .callDequeued
        case .callTranscribed: .callTranscribed
        case .gatherEnded: .gatherEnded
        case .playbackStarted: .playbackStarted
        case .playbackEnded: .playbackEnded
        case .announcementStarted: .announcementStarted
        case .announcementEnded: .announcementEnded
        case .providerFailed: .providerFailed
        case .providerFellBack: .providerFellBack
        case .providerRecovered: .providerRecovered
        case .transferStarted: .transferStarted
        case .transferBridged: .transferBridged
        case .transferEnded: .transferEnded
        case .recordingStarted: .recordingStarted
        case .recordingStored: .recordingStored
        case .recordingFailed: .recordingFailed
        case .recordingTranscribed: .recordingTranscribed
        case .callEnded: .callEnded
        case .callAnalyzed: .callAnalyzed
        case .callLookChosen: .callLookChosen
        case .callCharged: .callCharged
        case .callSettled: .callSettled
        case .callOrdered: .callOrdered
        case .callErased: .callErased
        }
    }
}
