package import Domain
import Loop

/// A model that looks at calls, and our rules where it does not: each call is looked at, and it is said aloud by whom it was not. On one
/// loop alone, which is why `@unchecked` holds.
package final class FallbackAnalyst: CallAnalyst, @unchecked Sendable {
    package enum Happening: Sendable {
        case looked
        /// Our rules did instead.
        case failed(any Error)
        /// Our rules did instead: it has failed too often just before.
        case leftAlone
    }

    private let first: any CallAnalyst
    private let rules = RuleAnalyst()
    private let now: () -> Duration
    private let observe: (Happening) -> Void
    private var breaker = Breaker()

    /// `now` is the time of the breaker.
    package init(
        _ first: any CallAnalyst, now: (() -> Duration)? = nil, observe: @escaping (Happening) -> Void = { _ in }
    ) {
        let began = Moment.now
        (self.first, self.observe) = (first, observe)
        self.now = now ?? { Moment.now - began }
    }

    package var model: String { first.model }
    package var promptVersion: String { first.promptVersion }

    package func analyze(_ subject: AnalysisCase) async throws -> CallAnalyzed {
        guard breaker.admits(at: now()) else {
            observe(.leftAlone)
            return rules.look(at: subject.call, by: subject.plan)
        }
        do {
            let look = try await first.analyze(subject)
            breaker.succeeded()
            observe(.looked)
            return look
        } catch {
            // Who is told to stop has learned nothing of the model.
            if error is CancellationError { throw error }
            breaker.failed(at: now())
            observe(.failed(error))
            return rules.look(at: subject.call, by: subject.plan)
        }
    }
}
