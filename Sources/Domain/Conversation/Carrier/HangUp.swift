/// How the carrier says that a call ended.
package struct HangUp: Hashable, Sendable {
    package enum Cause: String, Hashable, Sendable, CaseIterable {
        case normal
        case busy
        case noAnswer = "no_answer"
        case declined
        case unreachable
        case invalidNumber = "invalid_number"
        case notAllowed = "not_allowed"
        case congested
        case refused
        case spam
        case routing
        case mediaTimeout = "media_timeout"
        case failed
        case unknown
    }

    package enum Source: String, Hashable, Sendable, CaseIterable {
        case caller
        case callee
        case carrier
        case us
        case unknown
    }

    package var cause: Cause
    package var source: Source
    /// In the carrier's words, as is the next.
    package var carrierCause: String?
    package var carrierSource: String?
    package var sipCode: Int?

    package init(
        cause: Cause, source: Source, carrierCause: String? = nil, carrierSource: String? = nil, sipCode: Int? = nil
    ) {
        self.cause = cause
        self.source = source
        self.carrierCause = carrierCause
        self.carrierSource = carrierSource
        self.sipCode = sipCode
    }
}

extension EndedReason {
    /// What a hang-up means, by who called and whether anybody had answered.
    package init(_ hangUp: HangUp, direction: Direction, isAnswered: Bool, isBridged: Bool) {
        switch hangUp.cause {
        case .normal, .unknown:
            self.init(normal: hangUp.source, direction, isAnswered: isAnswered, isBridged: isBridged)
        case .busy: self = .calleeBusy
        case .noAnswer: self = .calleeNoAnswer
        case .declined: self = .calleeDeclined
        case .unreachable: self = .calleeUnreachable
        case .invalidNumber: self = .destinationInvalid
        case .notAllowed: self = .destinationNotAllowed
        case .congested: self = .carrierCongested
        case .refused: self = .carrierRefused
        case .spam: self = .markedAsSpam
        case .routing: self = .routingFailed
        case .mediaTimeout: self = .mediaLost
        case .failed: self = isAnswered ? .carrierHungUp : .dialFailed
        }
    }

    private init(normal source: HangUp.Source, _ direction: Direction, isAnswered: Bool, isBridged: Bool) {
        if isBridged {
            self = .transferred
            return
        }
        switch source {
        case .carrier: self = isAnswered ? .carrierHungUp : .dialFailed
        case .us: self = .agentHungUp
        case .caller: self = isAnswered || direction == .outbound ? .callerHungUp : .callerCancelled
        case .callee: self = isAnswered ? .calleeHungUp : .calleeDeclined
        case .unknown:
            switch (direction, isAnswered) {
            case (.inbound, true): self = .callerHungUp
            case (.inbound, false): self = .callerCancelled
            case (.outbound, true): self = .calleeHungUp
            case (.outbound, false): self = .calleeNoAnswer
            }
        }
    }
}

extension EndedReason {
    /// May the call be charged for? Not if nobody answered, and not if it was we who failed it.
    package func isBillable(answered: Bool) -> Bool {
        guard answered else { return false }
        switch self {
        case .processLost, .internalError, .agentUnusable, .startTimedOut, .transcriptionFailed, .modelFailed,
            .voiceFailed:
            return false
        default: return true
        }
    }
}
