/// How long to wait before the next attempt to connect: doubling from attempt to attempt, up to a bound, and spread at random
/// so that many clients do not come back in one moment.
package struct RedisBackoff: Hashable, Sendable {
    package struct Settings: Hashable, Sendable {
        package var first = Duration.milliseconds(50)
        package var longest = Duration.seconds(5)

        package init() {}
    }

    private let settings: Settings
    /// Attempts that have failed in a row.
    package private(set) var attempts = 0

    package init(_ settings: Settings) { self.settings = settings }

    package mutating func succeeded() { attempts = 0 }

    /// The pause after one more failure: between half of the step and the whole of it.
    package mutating func failed(using random: inout some RandomNumberGenerator) -> Duration {
        let doublings = min(attempts, 20)
        attempts += 1
        let step = min(settings.first * (1 << doublings), settings.longest)
        return step * Double.random(in: 0.5...1, using: &random)
    }
}
