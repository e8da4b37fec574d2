/// What follows from an attempt: for the delivery, and for the endpoint as a whole. Pure: it knows neither clock nor dice.
package struct WebhookPlan: Hashable, Sendable {
    /// The pauses behind each attempt that fails: three days and a bit, then it is over.
    package static let pauses: [Duration] = [
        .seconds(5), .seconds(300), .seconds(1_800), .seconds(7_200), .seconds(18_000), .seconds(36_000),
        .seconds(50_400), .seconds(72_000), .seconds(86_400),
    ]
    package static let attemptsMax = pauses.count + 1
    /// Which part of a pause is left to chance.
    package static let jitter = 0.2
    /// So many failures in a row, and the endpoint is tried with one request at a time, after rests that grow.
    package static let failuresUntilRest = 3
    package static let restMin = Duration.seconds(1)
    package static let restMax = Duration.seconds(300)
    /// Who has failed for so long, so often, and never succeeded in between, is given up.
    package static let failingMax = Duration.seconds(5 * 86_400)
    package static let failuresUntilDisabled = 10

    package enum Delivery: Hashable, Sendable {
        case delivered
        case again(after: Duration)
        case failed
    }

    package let delivery: Delivery
    /// How long nothing at all is sent there.
    package let rest: Duration?
    package let disables: DisablingReason?

    /// `attempt` counts from 1, `failures` are those in a row with this one, `chance` is from 0 to 1. A test is tried once.
    package init(
        after outcome: WebhookOutcome, attempt: Int, isTest: Bool, failures: Int, failingFor: Duration, chance: Double
    ) {
        if outcome.isDelivered {
            (delivery, rest, disables) = (.delivered, nil, nil)
            return
        }
        let told: Duration? = if case .answered(_, let retryAfter) = outcome { retryAfter } else { nil }
        if isTest || attempt >= Self.attemptsMax {
            delivery = .failed
        } else {
            let pause = Self.pauses[max(0, attempt - 1)] * (1 - Self.jitter * chance)
            delivery = .again(after: max(pause, told ?? .zero))
        }
        rest = Self.rest(failures, told, chance)
        if outcome.status == 410 {
            disables = .gone
        } else {
            let isHopeless = failures >= Self.failuresUntilDisabled && failingFor >= Self.failingMax
            disables = isHopeless ? .failing : nil
        }
    }

    private static func rest(_ failures: Int, _ told: Duration?, _ chance: Double) -> Duration? {
        guard failures >= failuresUntilRest else { return told }
        let doublings = min(failures - failuresUntilRest, 16)
        let rest = min(restMin * (1 << doublings), restMax) * (1 - jitter * chance)
        return max(rest, told ?? .zero)
    }
}
