import TestKit
import Testing

@testable import Redis

@Suite struct RedisBackoffTests {
    @Test func `pauses double up to the longest, each spread over the upper half of its step`() {
        for seed in UInt64(1)...100 {
            var random = Seeded(seed)
            var backoff = RedisBackoff(.init())
            var step = Duration.milliseconds(50)
            for _ in 0..<100 {
                let pause = backoff.failed(using: &random)
                #expect(pause >= step / 2 && pause <= step, "seed \(seed)")
                step = min(step * 2, .seconds(5))
            }
            #expect(backoff.attempts == 100)
            backoff.succeeded()
            #expect(backoff.failed(using: &random) <= .milliseconds(50), "seed \(seed)")
        }
    }
}
