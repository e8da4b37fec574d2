/// Every kind of event we write. The raw value is its name in the log, and never changes.
package enum EventType: String, Hashable, Sendable, CaseIterable {
    case callRequested = "call.requested"
    case callDialed = "call.dialed"
    case callRinging = "call.ringing"
    case callReceived = "call.received"
    case callAnswered = "call.answered"
    case callChanged = "call.changed"
    case machineDetected = "machine.detected"
    case mediaStarted = "media.started"
    case mediaLost = "media.lost"
    case mediaResumed = "media.resumed"
    case mediaStopped = "media.stopped"
    case contextLoaded = "context.loaded"
    case callerStartedSpeaking = "caller.started_speaking"
    case callerStoppedSpeaking = "caller.stopped_speaking"
    case callerSaid = "caller.said"
    case turnEnded = "turn.ended"
    case sentimentScored = "sentiment.scored"
    case replyRequested = "reply.requested"
    case replyFirstToken = "reply.first_token"
    case replyFinished = "reply.finished"
    case agentStartedSpeaking = "agent.started_speaking"
    case agentSpoke = "agent.spoke"
    case agentInterrupted = "agent.interrupted"
    case interruptionDismissed = "interruption.dismissed"
    case toolCalled = "tool.called"
    case toolReturned = "tool.returned"
    case toolFailed = "tool.failed"
    case dtmfReceived = "dtmf.received"
    case dtmfSent = "dtmf.sent"
    case callBridged = "call.bridged"
    case callHeld = "call.held"
    case callResumed = "call.resumed"
    case callEnqueued = "call.enqueued"
    case callDequeued = "call.dequeued"
    case callTranscribed = "call.transcribed"
    case gatherEnded = "gather.ended"
    case playbackStarted = "playback.started"
    case playbackEnded = "playback.ended"
    case announcementStarted = "announcement.started"
    case announcementEnded = "announcement.ended"
    case providerFailed = "provider.failed"
    case providerFellBack = "provider.fell_back"
    case providerRecovered = "provider.recovered"
    case transferStarted = "transfer.started"
    case transferBridged = "transfer.bridged"
    case transferEnded = "transfer.ended"
    case recordingStarted = "recording.started"
    case recordingStored = "recording.stored"
    case recordingFailed = "recording.failed"
    case recordingTranscribed = "recording.transcribed"
    case callEnded = "call.ended"
    case callAnalyzed = "call.analyzed"
    case callLookChosen = "call.look_chosen"
    case callCharged = "call.charged"
    case callSettled = "call.settled"
    case callOrdered = "call.ordered"
    case callErased = "call.erased"

    case agentCreated = "agent.created"
    case agentChanged = "agent.changed"
    case agentPublished = "agent.published"
    case agentRestored = "agent.restored"
    case agentArchived = "agent.archived"

    case customerCreated = "customer.created"
    case customerChanged = "customer.changed"
    case customerMerged = "customer.merged"
    case customerErased = "customer.erased"

    case userCreated = "user.created"
    case userSignedIn = "user.signed_in"
    case userTokenRefreshed = "user.token_refreshed"
    case userTokenReuseDetected = "user.token_reuse_detected"
    case userRevoked = "user.revoked"

    case apiKeyCreated = "api_key.created"
    case apiKeyRevoked = "api_key.revoked"

    case memoryRemembered = "memory.remembered"
    case memoryCorrected = "memory.corrected"
    case memoryForgotten = "memory.forgotten"

    case patternLearned = "pattern.learned"
    case patternReinforced = "pattern.reinforced"
    case patternRetired = "pattern.retired"

    case subscriptionChanged = "billing.subscription_changed"
    case paymentReceived = "billing.payment_received"
    case paymentFailed = "billing.payment_failed"

    case endpointCreated = "webhook_endpoint.created"
    case endpointChanged = "webhook_endpoint.changed"
    case endpointDeleted = "webhook_endpoint.deleted"
    case endpointSecretRotated = "webhook_endpoint.secret_rotated"
    case endpointReplayed = "webhook_endpoint.replayed"
    case deliveryRetried = "webhook_endpoint.delivery_retried"
    case endpointTested = "webhook_endpoint.tested"
    case endpointDisabled = "webhook_endpoint.disabled"

    case phoneNumberCreated = "phone_number.created"
    case phoneNumberChanged = "phone_number.changed"
    case phoneNumberDeleted = "phone_number.deleted"

    case jobRetried = "job.retried"
    case jobCancelled = "job.cancelled"
    case letterReplayed = "dead_letter.replayed"
    case letterDiscarded = "dead_letter.discarded"
    case toolSecretRotated = "tool_secret.rotated"
    case analysisRunRequested = "analysis_run.requested"
    case analysisRunChosen = "analysis_run.chosen"

    /// The kind of stream it stands in.
    package var stream: StreamKind {
        switch self {
        case .callRequested, .callDialed, .callRinging, .callReceived, .callAnswered, .callChanged, .machineDetected,
            .mediaStarted, .mediaLost, .mediaResumed, .mediaStopped, .contextLoaded, .callerStartedSpeaking,
            .callerStoppedSpeaking, .callerSaid, .turnEnded, .sentimentScored, .replyRequested,
            .replyFirstToken, .replyFinished, .agentStartedSpeaking, .agentSpoke, .agentInterrupted,
            .interruptionDismissed, .toolCalled, .toolReturned, .toolFailed, .dtmfReceived, .dtmfSent, .callBridged,
            .callHeld, .callResumed, .callEnqueued, .callDequeued, .callTranscribed, .gatherEnded, .playbackStarted,
            .playbackEnded, .announcementStarted, .announcementEnded,
            .providerFailed, .providerFellBack, .providerRecovered, .transferStarted, .transferBridged,
            .transferEnded, .recordingStarted, .recordingStored, .recordingFailed, .recordingTranscribed, .callEnded,
            .callAnalyzed, .callLookChosen, .callCharged, .callSettled, .callOrdered, .callErased:
            .call
        case .agentCreated, .agentChanged, .agentPublished, .agentRestored, .agentArchived: .agent
        case .customerCreated, .customerChanged, .customerMerged, .customerErased: .customer
        case .userCreated, .userSignedIn, .userTokenRefreshed, .userTokenReuseDetected, .userRevoked: .user
        case .apiKeyCreated, .apiKeyRevoked: .apiKey
        case .memoryRemembered, .memoryCorrected, .memoryForgotten: .memory
        case .patternLearned, .patternReinforced, .patternRetired: .pattern
        case .subscriptionChanged, .paymentReceived, .paymentFailed: .billing
        case .endpointCreated, .endpointChanged, .endpointDeleted, .endpointSecretRotated, .endpointReplayed,
            .deliveryRetried, .endpointTested, .endpointDisabled:
            .webhookEndpoint
        case .phoneNumberCreated, .phoneNumberChanged, .phoneNumberDeleted: .phoneNumber
        case .jobRetried, .jobCancelled, .letterReplayed, .letterDiscarded, .toolSecretRotated, .analysisRunRequested,
            .analysisRunChosen:
            .organization
        }
    }
}
