import Domain
import Wire

extension Fact {
    /// Reads the fields of the current version.
    init(_ type: EventType, _ fields: Fields) throws(CodecError) {
        switch type {
        case .callRequested: self = .call(.callRequested(try CallRequested(fields)))
        case .callDialed: self = .call(.callDialed(try CallDialed(fields)))
        case .callRinging: self = .call(.callRinging(try CallRinging(fields)))
        case .callReceived: self = .call(.callReceived(try CallReceived(fields)))
        case .callAnswered: self = .call(.callAnswered(try CallAnswered(fields)))
        case .machineDetected: self = .call(.machineDetected(try MachineDetected(fields)))
        case .mediaStarted: self = .call(.mediaStarted(try MediaStarted(fields)))
        case .mediaLost: self = .call(.mediaLost(try MediaLost(fields)))
        case .mediaResumed: self = .call(.mediaResumed(try MediaResumed(fields)))
        case .mediaStopped: self = .call(.mediaStopped(try MediaStopped(fields)))
        case .contextLoaded: self = .call(.contextLoaded(try ContextLoaded(fields)))
        case .callerStartedSpeaking: self = .call(.callerStartedSpeaking(try CallerStartedSpeaking(fields)))
        case .callerStoppedSpeaking: self = .call(.callerStoppedSpeaking(try CallerStoppedSpeaking(fields)))
        case .callerSaid: self = .call(.callerSaid(try CallerSaid(fields)))
        case .turnEnded: self = .call(.turnEnded(try TurnEnded(fields)))
        case .sentimentScored: self = .call(.sentimentScored(try SentimentScored(fields)))
        case .replyRequested: self = .call(.replyRequested(try ReplyRequested(fields)))
        case .replyFirstToken: self = .call(.replyFirstToken(try ReplyFirstToken(fields)))
        case .replyFinished: self = .call(.replyFinished(try ReplyFinished(fields)))
        case .agentStartedSpeaking: self = .call(.agentStartedSpeaking(try AgentStartedSpeaking(fields)))
        case .agentSpoke: self = .call(.agentSpoke(try AgentSpoke(fields)))
        case .agentInterrupted: self = .call(.agentInterrupted(try AgentInterrupted(fields)))
        case .interruptionDismissed: self = .call(.interruptionDismissed(try InterruptionDismissed(fields)))
        case .toolCalled: self = .call(.toolCalled(try ToolCalled(fields)))
        case .toolReturned: self = .call(.toolReturned(try ToolReturned(fields)))
        case .toolFailed: self = .call(.toolFailed(try ToolFailed(fields)))
        case .dtmfReceived: self = .call(.dtmfReceived(try DTMFReceived(fields)))
        case .dtmfSent: self = .call(.dtmfSent(try DTMFSent(fields)))
        case .callBridged: self = .call(.callBridged(try CallBridged(fields)))
        case .callHeld: self = .call(.callHeld(try CallHeld(fields)))
        case .callResumed: self = .call(.callResumed(try CallResumed(fields)))
        case .callEnqueued: self = .call(.callEnqueued(try CallEnqueued(fields)))
        case .callDequeued: self = .call(.callDequeued(try CallDequeued(fields)))
        case .callTranscribed: self = .call(.callTranscribed(try CallTranscribed(fields)))
        case .gatherEnded: self = .call(.gatherEnded(try GatherEnded(fields)))
        case .playbackStarted: self = .call(.playbackStarted(try PlaybackStarted(fields)))
        case .playbackEnded: self = .call(.playbackEnded(try PlaybackEnded(fields)))
        case .announcementStarted: self = .call(.announcementStarted(try AnnouncementStarted(fields)))
        case .announcementEnded: self = .call(.announcementEnded(try AnnouncementEnded(fields)))
        case .providerFailed: self = .call(.providerFailed(try ProviderFailed(fields)))
        case .providerFellBack: self = .call(.providerFellBack(try ProviderFellBack(fields)))
        case .providerRecovered: self = .call(.providerRecovered(try ProviderRecovered(fields)))
        case .transferStarted: self = .call(.transferStarted(try TransferStarted(fields)))
        case .transferBridged: self = .call(.transferBridged(try TransferBridged(fields)))
        case .transferEnded: self = .call(.transferEnded(try TransferEnded(fields)))
        case .recordingStarted: self = .call(.recordingStarted(try RecordingStarted(fields)))
        case .recordingStored: self = .call(.recordingStored(try RecordingStored(fields)))
        case .recordingFailed: self = .call(.recordingFailed(try RecordingFailed(fields)))
        case .recordingTranscribed: self = .call(.recordingTranscribed(try RecordingTranscribed(fields)))
        case .callEnded: self = .call(.callEnded(try CallEnded(fields)))
        case .callAnalyzed: self = .call(.callAnalyzed(try CallAnalyzed(fields)))
        case .callLookChosen: self = .call(.callLookChosen(try CallLookChosen(fields)))
        case .callCharged: self = .call(.callCharged(try CallCharged(fields)))
        case .callChanged: self = .call(.callChanged(try CallChanged(fields)))
        case .callSettled: self = .call(.callSettled(try CallSettled(fields)))
        case .callOrdered: self = .call(.callOrdered(try CallOrdered(fields)))
        case .callErased: self = .call(.callErased(try CallErased(fields)))
        case .agentCreated: self = .agent(.agentCreated(try AgentCreated(fields)))
        case .agentChanged: self = .agent(.agentChanged(try AgentChanged(fields)))
        case .agentPublished: self = .agent(.agentPublished(try AgentPublished(fields)))
        case .agentRestored: self = .agent(.agentRestored(try AgentRestored(fields)))
        case .agentArchived: self = .agent(.agentArchived(try AgentArchived(fields)))
        case .customerCreated: self = .customer(.customerCreated(try CustomerCreated(fields)))
        case .customerChanged: self = .customer(.customerChanged(try CustomerChanged(fields)))
        case .customerMerged: self = .customer(.customerMerged(try CustomerMerged(fields)))
        case .customerErased: self = .customer(.customerErased(try CustomerErased(fields)))
        case .userCreated: self = .user(.userCreated(try UserCreated(fields)))
        case .userSignedIn: self = .user(.userSignedIn(try UserSignedIn(fields)))
        case .userTokenRefreshed: self = .user(.userTokenRefreshed(try UserTokenRefreshed(fields)))
        case .userTokenReuseDetected: self = .user(.userTokenReuseDetected(try UserTokenReuseDetected(fields)))
        case .userRevoked: self = .user(.userRevoked(try UserRevoked(fields)))
        case .apiKeyCreated: self = .apiKey(.apiKeyCreated(try APIKeyCreated(fields)))
        case .apiKeyRevoked: self = .apiKey(.apiKeyRevoked(try APIKeyRevoked(fields)))
        case .memoryRemembered: self = .memory(.memoryRemembered(try MemoryRemembered(fields)))
        case .memoryCorrected: self = .memory(.memoryCorrected(try MemoryCorrected(fields)))
        case .memoryForgotten: self = .memory(.memoryForgotten(try MemoryForgotten(fields)))
        case .patternLearned: self = .pattern(.patternLearned(try PatternLearned(fields)))
        case .patternReinforced: self = .pattern(.patternReinforced(try PatternReinforced(fields)))
        case .patternRetired: self = .pattern(.patternRetired(try PatternRetired(fields)))
        case .subscriptionChanged: self = .billing(.subscriptionChanged(try SubscriptionChanged(fields)))
        case .paymentReceived: self = .billing(.paymentReceived(try PaymentReceived(fields)))
        case .paymentFailed: self = .billing(.paymentFailed(try PaymentFailed(fields)))
        case .endpointCreated: self = .endpoint(.endpointCreated(try EndpointCreated(fields)))
        case .endpointChanged: self = .endpoint(.endpointChanged(try EndpointChanged(fields)))
        case .endpointDeleted: self = .endpoint(.endpointDeleted(try EndpointDeleted(fields)))
        case .endpointSecretRotated: self = .endpoint(.endpointSecretRotated(try EndpointSecretRotated(fields)))
        case .endpointReplayed: self = .endpoint(.endpointReplayed(try EndpointReplayed(fields)))
        case .deliveryRetried: self = .endpoint(.deliveryRetried(try DeliveryRetried(fields)))
        case .endpointTested: self = .endpoint(.endpointTested(try EndpointTested(fields)))
        case .endpointDisabled: self = .endpoint(.endpointDisabled(try EndpointDisabled(fields)))
        case .phoneNumberCreated: self = .phoneNumber(.phoneNumberCreated(try PhoneNumberCreated(fields)))
        case .phoneNumberChanged: self = .phoneNumber(.phoneNumberChanged(try PhoneNumberChanged(fields)))
        case .phoneNumberDeleted: self = .phoneNumber(.phoneNumberDeleted(try PhoneNumberDeleted(fields)))
        case .jobRetried: self = .organization(.jobRetried(try JobRuled(fields)))
        case .jobCancelled: self = .organization(.jobCancelled(try JobRuled(fields)))
        case .letterReplayed: self = .organization(.letterReplayed(try LetterRuled(fields)))
        case .letterDiscarded: self = .organization(.letterDiscarded(try LetterRuled(fields)))
        case .toolSecretRotated: self = .organization(.toolSecretRotated(try ToolSecretRotated(fields)))
        case .analysisRunRequested:
            self = .organization(.analysisRunRequested(try AnalysisRunRequested(fields)))
        case .analysisRunChosen: self = .organization(.analysisRunChosen(try AnalysisRunChosen(fields)))
        }
    }

    func write(to json: inout JSONWriter) {
        switch self {
        case .call(let event): event.write(to: &json)
        case .agent(let event): event.write(to: &json)
        case .customer(let event): event.write(to: &json)
        case .user(let event): event.write(to: &json)
        case .apiKey(let event): event.write(to: &json)
        case .memory(let event): event.write(to: &json)
        case .pattern(let event): event.write(to: &json)
        case .billing(let event): event.write(to: &json)
        case .endpoint(let event): event.write(to: &json)
        case .phoneNumber(let event): event.write(to: &json)
        case .organization(let event): event.write(to: &json)
        }
    }
}

extension CallEvent {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .callRequested(let event): event.write(to: &json)
        case .callDialed(let event): event.write(to: &json)
        case .callRinging(let event): event.write(to: &json)
        case .callReceived(let event): event.write(to: &json)
        case .callAnswered(let event): event.write(to: &json)
        case .machineDetected(let event): event.write(to: &json)
        case .mediaStarted(let event): event.write(to: &json)
        case .mediaLost(let event): event.write(to: &json)
        case .mediaResumed(let event): event.write(to: &json)
        case .mediaStopped(let event): event.write(to: &json)
        case .contextLoaded(let event): event.write(to: &json)
        case .callerStartedSpeaking(let event): event.write(to: &json)
        case .callerStoppedSpeaking(let event): event.write(to: &json)
        case .callerSaid(let event): event.write(to: &json)
        case .turnEnded(let event): event.write(to: &json)
        case .sentimentScored(let event): event.write(to: &json)
        case .replyRequested(let event): event.write(to: &json)
        case .replyFirstToken(let event): event.write(to: &json)
        case .replyFinished(let event): event.write(to: &json)
        case .agentStartedSpeaking(let event): event.write(to: &json)
        case .agentSpoke(let event): event.write(to: &json)
        case .agentInterrupted(let event): event.write(to: &json)
        case .interruptionDismissed(let event): event.write(to: &json)
        case .toolCalled(let event): event.write(to: &json)
        case .toolReturned(let event): event.write(to: &json)
        case .toolFailed(let event): event.write(to: &json)
        case .dtmfReceived(let event): event.write(to: &json)
        case .dtmfSent(let event): event.write(to: &json)
        case .callBridged(let event): event.write(to: &json)
        case .callHeld(let event): event.write(to: &json)
        case .callResumed(let event): event.write(to: &json)
        case .callEnqueued(let event): event.write(to: &json)
        case .callDequeued(let event): event.write(to: &json)
        case .callTranscribed(let event): event.write(to: &json)
        case .gatherEnded(let event): event.write(to: &json)
        case .playbackStarted(let event): event.write(to: &json)
        case .playbackEnded(let event): event.write(to: &json)
        case .announcementStarted(let event): event.write(to: &json)
        case .announcementEnded(let event): event.write(to: &json)
        case .providerFailed(let event): event.write(to: &json)
        case .providerFellBack(let event): event.write(to: &json)
        case .providerRecovered(let event): event.write(to: &json)
        case .transferStarted(let event): event.write(to: &json)
        case .transferBridged(let event): event.write(to: &json)
        case .transferEnded(let event): event.write(to: &json)
        case .recordingStarted(let event): event.write(to: &json)
        case .recordingStored(let event): event.write(to: &json)
        case .recordingFailed(let event): event.write(to: &json)
        case .recordingTranscribed(let event): event.write(to: &json)
        case .callEnded(let event): event.write(to: &json)
        case .callAnalyzed(let event): event.write(to: &json)
        case .callLookChosen(let event): event.write(to: &json)
        case .callCharged(let event): event.write(to: &json)
        case .callChanged(let event): event.write(to: &json)
        case .callSettled(let event): event.write(to: &json)
        case .callOrdered(let event): event.write(to: &json)
        case .callErased(let event): event.write(to: &json)
        }
    }
}

extension AgentEvent {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .agentCreated(let event): event.write(to: &json)
        case .agentChanged(let event): event.write(to: &json)
        case .agentPublished(let event): event.write(to: &json)
        case .agentRestored(let event): event.write(to: &json)
        case .agentArchived(let event): event.write(to: &json)
        }
    }
}

extension CustomerEvent {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .customerCreated(let event): event.write(to: &json)
        case .customerChanged(let event): event.write(to: &json)
        case .customerMerged(let event): event.write(to: &json)
        case .customerErased(let event): event.write(to: &json)
        }
    }
}

extension UserEvent {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .userCreated(let event): event.write(to: &json)
        case .userSignedIn(let event): event.write(to: &json)
        case .userTokenRefreshed(let event): event.write(to: &json)
        case .userTokenReuseDetected(let event): event.write(to: &json)
        case .userRevoked(let event): event.write(to: &json)
        }
    }
}

extension APIKeyEvent {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .apiKeyCreated(let event): event.write(to: &json)
        case .apiKeyRevoked(let event): event.write(to: &json)
        }
    }
}

extension MemoryEvent {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .memoryRemembered(let event): event.write(to: &json)
        case .memoryCorrected(let event): event.write(to: &json)
        case .memoryForgotten(let event): event.write(to: &json)
        }
    }
}

extension PatternEvent {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .patternLearned(let event): event.write(to: &json)
        case .patternReinforced(let event): event.write(to: &json)
        case .patternRetired(let event): event.write(to: &json)
        }
    }
}

extension BillingEvent {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .subscriptionChanged(let event): event.write(to: &json)
        case .paymentReceived(let event): event.write(to: &json)
        case .paymentFailed(let event): event.write(to: &json)
        }
    }
}

extension EndpointEvent {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .endpointCreated(let event): event.write(to: &json)
        case .endpointChanged(let event): event.write(to: &json)
        case .endpointDeleted(let event): event.write(to: &json)
        case .endpointSecretRotated(let event): event.write(to: &json)
        case .endpointReplayed(let event): event.write(to: &json)
        case .deliveryRetried(let event): event.write(to: &json)
        case .endpointTested(let event): event.write(to: &json)
        case .endpointDisabled(let event): event.write(to: &json)
        }
    }
}

extension PhoneNumberEvent {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .phoneNumberCreated(let event): event.write(to: &json)
        case .phoneNumberChanged(let event): event.write(to: &json)
        case .phoneNumberDeleted(let event): event.write(to: &json)
        }
    }
}

extension OrganizationEvent {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .jobRetried(let event): event.write(to: &json)
        case .jobCancelled(let event): event.write(to: &json)
        case .letterReplayed(let event): event.write(to: &json)
        case .letterDiscarded(let event): event.write(to: &json)
        case .toolSecretRotated(let event): event.write(to: &json)
        case .analysisRunRequested(let event): event.write(to: &json)
        case .analysisRunChosen(let event): event.write(to: &json)
        }
    }
}
