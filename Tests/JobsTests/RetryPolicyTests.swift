import TestKit
import Testing

@testable import Jobs

struct RetryPolicyTests {
    @Test func `over many seeds a delay lies between its bounds, grows with the attempt and shrinks with chance`() {
        for seed in 0..<2000 {
            var random = Seeded(UInt64(seed))
            let first = Duration.milliseconds(Int.random(in: 1...5000, using: &random))
            let policy = RetryPolicy(
                first: first, factor: Double.random(in: 1...10, using: &random),
                longest: first + .milliseconds(Int.random(in: 0...10_000_000, using: &random)),
                jitter: Double.random(in: 0...1, using: &random))
            let attempt = Int.random(in: 1...1000, using: &random)
            let chance = Double.random(in: 0...1, using: &random)
            let delay = policy.delay(after: attempt, chance: chance)
            let whole = policy.delay(after: attempt, chance: 0)
            // A microsecond is what an interval can tell.
            #expect(delay >= whole * (1 - policy.jitter) - .microseconds(2), "seed \(seed)")
            #expect(delay <= whole && whole <= policy.longest, "seed \(seed)")
            #expect(whole >= policy.first - .microseconds(1), "seed \(seed)")
            #expect(policy.delay(after: attempt + 1, chance: 0) >= whole, "seed \(seed)")
            #expect(delay == delay.inMicroseconds, "seed \(seed)")
        }
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (1_000_000, 10)])
    func `without chance it doubles up to the longest`(attempt: Int, seconds: Int) {
        let policy = RetryPolicy(first: .seconds(1), longest: .seconds(10))
        #expect(policy.delay(after: attempt, chance: 0) == .seconds(seconds))
        #expect(policy.delay(after: attempt, chance: 1) == .seconds(seconds) / 2)
    }
}
