/// Why a provider's stream ended otherwise than it should: one closed vocabulary for those that hear, speak and think.
package struct StreamFault: Error, Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        /// No connection: no name, no route, no trust.
        case unreachable
        case unauthorized
        /// The account has no credit left: coming again soon is of no use.
        case unpaid
        case rateLimited(retryAfter: Duration?)
        case overloaded
        /// A deadline has passed.
        case stalled(Phase)
        /// The connection ended before the stream did.
        case disconnected
        /// It said something that could not be understood.
        case malformed
        /// It understood us, and will not do it.
        case refused
        /// Its rules forbid the content; another provider's would too.
        case filtered
        /// More was asked than the model can hold, and the next one is no larger.
        case tooLong
        /// It takes more slowly than we give, and what waits has reached its limit.
        case flooded
        /// Not asked: every provider has failed too often just before.
        case circuitOpen
    }

    /// What a stalled stream was doing.
    package enum Phase: String, Hashable, Sendable {
        case opening
        /// Open, and waiting for the first sign.
        case beginning
        case middle
    }

    package let cause: Cause
    /// Of HTTP, or of whatever speaks in its numbers.
    package let status: Int?

    package init(_ cause: Cause, status: Int? = nil) { (self.cause, self.status) = (cause, status) }

    /// Whether somebody else should be asked. What is wrong with the content follows it everywhere.
    package var failsOver: Bool {
        switch cause {
        case .filtered, .tooLong, .circuitOpen: false
        case .unreachable, .unauthorized, .unpaid, .rateLimited, .overloaded, .stalled, .disconnected, .malformed,
            .refused, .flooded:
            true
        }
    }

    /// Whether asking this one again within the minute can help; its breaker opens at once if not.
    package var isLasting: Bool {
        switch cause {
        case .unauthorized, .unpaid, .rateLimited: true
        default: false
        }
    }

    /// The word the log keeps for it.
    package var fault: ProviderFault {
        switch cause {
        case .unreachable: .unreachable
        case .unauthorized, .unpaid: .unauthorized
        case .rateLimited: .rateLimited
        case .overloaded, .flooded: .overloaded
        case .stalled: .timedOut
        case .disconnected: .closedEarly
        case .malformed: .badAnswer
        case .refused, .filtered, .tooLong: .refused
        case .circuitOpen: .circuitOpen
        }
    }
}

extension StreamFault: CustomStringConvertible {
    package var description: String { status.map { "\(cause) (status \($0))" } ?? "\(cause)" }
}
