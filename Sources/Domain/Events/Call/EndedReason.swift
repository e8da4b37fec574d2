/// Why a call ended. The list is closed; each reason has one owner.
package enum EndedReason: String, Hashable, Sendable, CaseIterable {
    // The one who called.
    case callerHungUp = "caller_hung_up"
    /// Gave up before anybody answered.
    case callerCancelled = "caller_cancelled"
    case callerSilent = "caller_silent"
    case scamDetected = "scam_detected"

    // The one who was called.
    case calleeHungUp = "callee_hung_up"
    case calleeSilent = "callee_silent"
    case calleeBusy = "callee_busy"
    case calleeDeclined = "callee_declined"
    case calleeNoAnswer = "callee_no_answer"
    case calleeUnreachable = "callee_unreachable"
    case voicemailReached = "voicemail_reached"
    case menuReached = "menu_reached"
    case faxReached = "fax_reached"

    // The carrier.
    case dialFailed = "dial_failed"
    case carrierUnavailable = "carrier_unavailable"
    case carrierRefused = "carrier_refused"
    case carrierCongested = "carrier_congested"
    case carrierHungUp = "carrier_hung_up"
    case routingFailed = "routing_failed"
    case mediaLost = "media_lost"
    case markedAsSpam = "marked_as_spam"
    case transferFailed = "transfer_failed"

    // Those who hear, think and speak for us.
    case transcriptionFailed = "transcription_failed"
    case modelFailed = "model_failed"
    case voiceFailed = "voice_failed"
    case toolFailed = "tool_failed"

    // We.
    case agentHungUp = "agent_hung_up"
    /// The caller now talks to somebody else, without us.
    case transferred
    /// Somebody ended it through the API.
    case stopped
    case durationMaxReached = "duration_max_reached"
    case concurrencyLimitReached = "concurrency_limit_reached"
    case budgetExhausted = "budget_exhausted"
    case destinationInvalid = "destination_invalid"
    case destinationNotAllowed = "destination_not_allowed"
    case agentUnusable = "agent_unusable"
    /// Requested, and never begun in time.
    case startTimedOut = "start_timed_out"
    /// The process that carried it died, and no other took over.
    case processLost = "process_lost"
    case internalError = "internal_error"

    package var faultOwner: FaultOwner {
        switch self {
        case .callerHungUp, .callerCancelled, .callerSilent, .scamDetected: .caller
        case .calleeHungUp, .calleeSilent, .calleeBusy, .calleeDeclined, .calleeNoAnswer, .calleeUnreachable,
            .voicemailReached, .menuReached, .faxReached:
            .callee
        case .dialFailed, .carrierUnavailable, .carrierRefused, .carrierCongested, .carrierHungUp, .routingFailed,
            .mediaLost, .markedAsSpam, .transferFailed:
            .carrier
        case .transcriptionFailed, .modelFailed, .voiceFailed, .toolFailed: .provider
        case .agentHungUp, .transferred, .stopped, .durationMaxReached, .concurrencyLimitReached, .budgetExhausted,
            .destinationInvalid, .destinationNotAllowed, .agentUnusable, .startTimedOut, .processLost, .internalError:
            .us
        }
    }
}
