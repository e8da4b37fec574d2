import Domain

extension EndedReason: Arbitrary {}
extension FaultOwner: Arbitrary {}
extension Direction: Arbitrary {}
extension AnsweredBy: Arbitrary {}
extension Verdict: Arbitrary {}
extension AudioCodec: Arbitrary {}
extension MediaReason: Arbitrary {}
extension TurnEnd: Arbitrary {}
extension Completeness: Arbitrary {}
extension ExpectedInput: Arbitrary {}
extension Sentiment: Arbitrary {}
extension FinishReason: Arbitrary {}
extension DismissalReason: Arbitrary {}
extension ToolFault: Arbitrary {}
extension ProviderKind: Arbitrary {}
extension ProviderFault: Arbitrary {}
extension TransferMode: Arbitrary {}
extension TransferEnd: Arbitrary {}
extension RecordingFault: Arbitrary {}
extension ErasureReason: Arbitrary {}
extension UserRole: Arbitrary {}
extension RevocationReason: Arbitrary {}
extension SuccessReason: Arbitrary {}
extension MemoryKind: Arbitrary {}
extension ContextOutcome: Arbitrary {}
extension ContextSource: Arbitrary {}
extension ForgettingReason: Arbitrary {}
extension RetirementReason: Arbitrary {}

extension Fact {
    static func any(_ type: EventType, _ dice: inout Dice) -> Fact {
        switch type {
        case .callRequested: .call(.callRequested(.any(&dice)))
        case .callDialed: .call(.callDialed(.any(&dice)))
        case .callRinging: .call(.callRinging(.any(&dice)))
        case .callReceived: .call(.callReceived(.any(&dice)))
        case .callAnswered: .call(.callAnswered(.any(&dice)))
        case .callChanged: .call(.callChanged(.any(&dice)))
        case .machineDetected: .call(.machineDetected(.any(&dice)))
        case .mediaStarted: .call(.mediaStarted(.any(&dice)))
        case .mediaLost: .call(.mediaLost(.any(&dice)))
        case .mediaResumed: .call(.mediaResumed(.any(&dice)))
        case .mediaStopped: .call(.mediaStopped(.any(&dice)))
        case .contextLoaded: .call(.contextLoaded(.any(&dice)))
        case .callerStartedSpeaking: .call(.callerStartedSpeaking(.any(&dice)))
        case .callerStoppedSpeaking: .call(.callerStoppedSpeaking(.any(&dice)))
        case .callerSaid: .call(.callerSaid(.any(&dice)))
        case .turnEnded: .call(.turnEnded(.any(&dice)))
        case .sentimentScored: .call(.sentimentScored(.any(&dice)))
        case .replyRequested: .call(.replyRequested(.any(&dice)))
        case .replyFirstToken: .call(.replyFirstToken(.any(&dice)))
        case .replyFinished: .call(.replyFinished(.any(&dice)))
        case .agentStartedSpeaking: .call(.agentStartedSpeaking(.any(&dice)))
        case .agentSpoke: .call(.agentSpoke(.any(&dice)))
        case .agentInterrupted: .call(.agentInterrupted(.any(&dice)))
        case .interruptionDismissed: .call(.interruptionDismissed(.any(&dice)))
        case .toolCalled: .call(.toolCalled(.any(&dice)))
        case .toolReturned: .call(.toolReturned(.any(&dice)))
        case .toolFailed: .call(.toolFailed(.any(&dice)))
        case .dtmfReceived: .call(.dtmfReceived(.any(&dice)))
        case .dtmfSent: .call(.dtmfSent(.any(&dice)))
        case .callBridged: .call(.callBridged(.any(&dice)))
        case .callHeld: .call(.callHeld(.any(&dice)))
        case .callResumed: .call(.callResumed(.any(&dice)))
        case .callEnqueued: .call(.callEnqueued(.any(&dice)))
        case .callDequeued: .call(.callDequeued(.any(&dice)))
        case .callTranscribed: .call(.callTranscribed(.any(&dice)))
        case .gatherEnded: .call(.gatherEnded(.any(&dice)))
        case .playbackStarted: .call(.playbackStarted(.any(&dice)))
        case .playbackEnded: .call(.playbackEnded(.any(&dice)))
        case .announcementStarted: .call(.announcementStarted(.any(&dice)))
        case .announcementEnded: .call(.announcementEnded(.any(&dice)))
        case .providerFailed: .call(.providerFailed(.any(&dice)))
        case .providerFellBack: .call(.providerFellBack(.any(&dice)))
        case .providerRecovered: .call(.providerRecovered(.any(&dice)))
        case .transferStarted: .call(.transferStarted(.any(&dice)))
        case .transferBridged: .call(.transferBridged(.any(&dice)))
        case .transferEnded: .call(.transferEnded(.any(&dice)))
        case .recordingStarted: .call(.recordingStarted(.any(&dice)))
        case .recordingStored: .call(.recordingStored(.any(&dice)))
        case .recordingFailed: .call(.recordingFailed(.any(&dice)))
        case .recordingTranscribed: .call(.recordingTranscribed(.any(&dice)))
        case .callEnded: .call(.callEnded(.any(&dice)))
        case .callAnalyzed: .call(.callAnalyzed(.any(&dice)))
        case .callLookChosen: .call(.callLookChosen(.any(&dice)))
        case .callCharged: .call(.callCharged(.any(&dice)))
        case .callSettled: .call(.callSettled(.any(&dice)))
        case .callOrdered: .call(.callOrdered(.any(&dice)))
        case .callErased: .call(.callErased(.any(&dice)))
        case .agentCreated: .agent(.agentCreated(.any(&dice)))
        case .agentChanged: .agent(.agentChanged(.any(&dice)))
        case .agentPublished: .agent(.agentPublished(.any(&dice)))
        case .agentRestored: .agent(.agentRestored(.any(&dice)))
        case .agentArchived: .agent(.agentArchived(.any(&dice)))
        case .customerCreated: .customer(.customerCreated(.any(&dice)))
        case .customerChanged: .customer(.customerChanged(.any(&dice)))
        case .customerMerged: .customer(.customerMerged(.any(&dice)))
        case .customerErased: .customer(.customerErased(.any(&dice)))
        case .userCreated: .user(.userCreated(.any(&dice)))
        case .userSignedIn: .user(.userSignedIn(.any(&dice)))
        case .userTokenRefreshed: .user(.userTokenRefreshed(.any(&dice)))
        case .userTokenReuseDetected: .user(.userTokenReuseDetected(.any(&dice)))
        case .userRevoked: .user(.userRevoked(.any(&dice)))
        case .apiKeyCreated: .apiKey(.apiKeyCreated(.any(&dice)))
        case .apiKeyRevoked: .apiKey(.apiKeyRevoked(.any(&dice)))
        case .memoryRemembered: .memory(.memoryRemembered(.any(&dice)))
        case .memoryCorrected: .memory(.memoryCorrected(.any(&dice)))
        case .memoryForgotten: .memory(.memoryForgotten(.any(&dice)))
        case .patternLearned: .pattern(.patternLearned(.any(&dice)))
        case .patternReinforced: .pattern(.patternReinforced(.any(&dice)))
        case .patternRetired: .pattern(.patternRetired(.any(&dice)))
        case .subscriptionChanged: .billing(.subscriptionChanged(.any(&dice)))
        case .paymentReceived: .billing(.paymentReceived(.any(&dice)))
        case .paymentFailed: .billing(.paymentFailed(.any(&dice)))
        case .endpointCreated: .endpoint(.endpointCreated(.any(&dice)))
        case .endpointChanged: .endpoint(.endpointChanged(.any(&dice)))
        case .endpointDeleted: .endpoint(.endpointDeleted(.any(&dice)))
        case .endpointSecretRotated: .endpoint(.endpointSecretRotated(.any(&dice)))
        case .endpointReplayed: .endpoint(.endpointReplayed(.any(&dice)))
        case .deliveryRetried: .endpoint(.deliveryRetried(.any(&dice)))
        case .endpointTested: .endpoint(.endpointTested(.any(&dice)))
        case .endpointDisabled: .endpoint(.endpointDisabled(.any(&dice)))
        case .phoneNumberCreated: .phoneNumber(.phoneNumberCreated(.any(&dice)))
        case .phoneNumberChanged: .phoneNumber(.phoneNumberChanged(.any(&dice)))
        case .phoneNumberDeleted: .phoneNumber(.phoneNumberDeleted(.any(&dice)))
        case .jobRetried: .organization(.jobRetried(.any(&dice)))
        case .jobCancelled: .organization(.jobCancelled(.any(&dice)))
        case .letterReplayed: .organization(.letterReplayed(.any(&dice)))
        case .letterDiscarded: .organization(.letterDiscarded(.any(&dice)))
        case .toolSecretRotated: .organization(.toolSecretRotated(.any(&dice)))
        case .analysisRunRequested: .organization(.analysisRunRequested(.any(&dice)))
        case .analysisRunChosen: .organization(.analysisRunChosen(.any(&dice)))
        }
    }
}
