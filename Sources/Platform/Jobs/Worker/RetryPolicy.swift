/// How long a failed job rests before its next attempt: growing by `factor` from `first` to `longest`, and spread, so that
/// what failed together does not come back together. Pure.
package struct RetryPolicy: Hashable, Sendable {
    package var first = Duration.seconds(1)
    package var factor = 2.0
    package var longest = Duration.seconds(3600)
    /// Which part of the delay is left to chance: with 0.5, between half of it and the whole.
    package var jitter = 0.5

    package init() {}

    package init(first: Duration, factor: Double = 2, longest: Duration, jitter: Double = 0.5) {
        precondition(first > .zero && longest >= first, "a policy's delays begin above zero and grow")
        precondition(
            factor >= 1 && (0...1).contains(jitter), "a policy's factor is 1 or more, its jitter between 0 and 1")
        self.first = first
        self.factor = factor
        self.longest = longest
        self.jitter = jitter
    }

    /// After attempt number `attempt`, counted from 1, has failed. `chance` is between 0 and 1.
    package func delay(after attempt: Int, chance: Double) -> Duration {
        var whole = first.inSecondsExactly
        let limit = longest.inSecondsExactly
        // Not by a power: it would overflow long before anybody gave up.
        var step = 1
        while step < attempt, whole < limit, factor > 1 {
            whole *= factor
            step += 1
        }
        let part = min(whole, limit) * (1 - jitter * min(max(chance, 0), 1))
        return .microseconds(Int64(part * 1_000_000))
    }
}

extension Duration {
    fileprivate var inSecondsExactly: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
