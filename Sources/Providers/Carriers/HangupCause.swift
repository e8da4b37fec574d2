package import Domain

/// Why a call ended, from the words of a carrier. Who ended it in peace is told by the side; whoever asks for more gets the
/// carrier's own words in the event.
package enum HangupCause {
    /// Which side of the wire put down, seen from the wire.
    package enum Side: String, Sendable {
        case caller, callee
    }

    package static func reason(_ cause: String, _ side: Side?, sip: Int?, _ direction: Direction) -> EndedReason {
        let isInbound = direction == .inbound
        switch cause {
        case "normal_clearing", "completed":
            // Where the carrier does not say who, it was most likely not us: we would have told why ourselves.
            if isInbound { return side == .callee ? .agentHungUp : .callerHungUp }
            return side == .caller ? .agentHungUp : .calleeHungUp
        case "originator_cancel", "canceled": return isInbound ? .callerCancelled : .stopped
        case "user_busy", "busy": return isInbound ? .concurrencyLimitReached : .calleeBusy
        case "timeout", "no_answer", "no-answer": return isInbound ? .startTimedOut : .calleeNoAnswer
        case "call_rejected": return isInbound ? .agentUnusable : sip.flatMap(refusal) ?? .calleeDeclined
        case "not_found", "unallocated_number": return isInbound ? .routingFailed : .destinationInvalid
        case "time_limit": return .durationMaxReached
        default: return sip.flatMap(refusal) ?? (isInbound ? .carrierHungUp : .dialFailed)
        }
    }

    /// What a final answer of SIP says that is no success.
    private static func refusal(_ code: Int) -> EndedReason? {
        switch code {
        case 401, 402, 403, 405, 407, 488, 606: .carrierRefused
        case 404, 410, 484, 485, 604: .destinationInvalid
        case 408: .calleeNoAnswer
        case 480: .calleeUnreachable
        case 486, 600: .calleeBusy
        case 487: .stopped
        case 429, 503: .carrierCongested
        case 603: .calleeDeclined
        case 607, 608: .markedAsSpam
        case 500...599: .carrierUnavailable
        default: nil
        }
    }

    /// Of the leg to which a caller was to be handed over.
    package static func transferEnd(_ cause: String, _ side: Side?) -> TransferEnd {
        switch cause {
        case "normal_clearing", "completed": side == .caller ? .callerHungUp : .targetHungUp
        case "originator_cancel", "canceled": .cancelled
        case "user_busy", "busy": .busy
        case "timeout", "no_answer", "no-answer": .noAnswer
        case "call_rejected": .declined
        default: .failed
        }
    }
}
