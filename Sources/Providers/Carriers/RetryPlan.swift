package import HTTP

/// Whether and when a command is sent once more. Pure: it knows neither clock nor dice.
package struct RetryPlan: Sendable {
    /// With the first one. A carrier knows a command again for a minute; all of them together take less.
    package static let attemptsMax = 4
    /// A carrier that wants more patience than this gets none.
    package static let patienceMax = Duration.seconds(8)
    private static let pauseMin = Duration.milliseconds(200)

    package enum Outcome: Hashable, Sendable {
        /// Ours to read: done, or refused for good.
        case answered
        case rateLimited(after: Duration?)
        case failed
        /// The carrier has not seen it.
        case notSent
        /// The carrier may have seen it.
        case lost
    }

    package init() {}

    /// Nil: that's it. `attempt` counts from 1, `dice` is from 0 to 1.
    package func pause(after outcome: Outcome, attempt: Int, isRepeatable: Bool, dice: Double) -> Duration? {
        guard attempt < Self.attemptsMax else { return nil }
        // Half of it by chance: those who failed together would come back together.
        let pause = Self.pauseMin * (1 << (attempt - 1)) * (0.5 + dice / 2)
        switch outcome {
        case .answered: return nil
        case .notSent: return pause
        case .failed, .lost: return isRepeatable ? pause : nil
        case .rateLimited(let told):
            guard let told else { return pause * 4 }
            return told > Self.patienceMax ? nil : told + pause
        }
    }

    package static func outcome(_ status: Status, _ headers: Headers) -> Outcome {
        switch status.rawValue {
        case 429:
            .rateLimited(
                after: headers[.retryAfter].flatMap { Int64($0) }.flatMap { $0 >= 0 ? .seconds(min($0, 3600)) : nil })
        case 500...599, 408: .failed
        default: .answered
        }
    }

    package static func outcome(_ error: HTTPClientError) -> Outcome { outcome(error.code) }

    package static func outcome(_ code: HTTPClientError.Code) -> Outcome {
        switch code {
        case .unresolved, .connectFailed, .tlsFailed, .tooManyRequests, .deadline(.connect): .notSent
        case .connectionLost, .deadline, .badResponse, .other: .lost
        default: .answered
        }
    }
}
