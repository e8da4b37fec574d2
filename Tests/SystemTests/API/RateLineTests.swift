import Loop
import TestKit
import Testing

@testable import API

/// Tokens that several want at once.
@Suite(.timeLimit(.minutes(1))) struct RateLineTests {
    /// A bucket in memory that answers when it is told to.
    private final class Bucket: @unchecked Sendable {
        let bucket = RateBucket(kind: .read, subject: "somebody", count: 10, window: .seconds(10))
        private(set) var asked: [Int] = []
        private var given = 0
        private var gate: CheckedContinuation<Void, Never>?

        /// The first one waits until it is let go.
        func ask(_ count: Int) async -> RateLine.Grant? {
            asked.append(count)
            if asked.count == 1 { await withCheckedContinuation { gate = $0 } }
            if Task.isCancelled { return nil }
            let granted = min(count, bucket.count - given)
            defer { given += granted }
            return RateLine.Grant(count: granted, debt: Int64(given) * bucket.interval)
        }

        func letGo() { gate?.resume() }
    }

    private static func take(_ bucket: Bucket, _ line: RateLine) async -> RateVerdict? {
        await line.take(bucket.bucket) { await bucket.ask($0) }
    }

    @Test func `whoever comes while one asks is asked for together, and told as if they had come one by one`()
        async throws
    {
        try await Loops.with { loops in
            let (bucket, line) = (Bucket(), RateLine(on: loops.first))
            let verdicts = await withTaskGroup(of: RateVerdict?.self) { group in
                for _ in 0..<12 {
                    group.addTask(executorPreference: loops.first) { await Self.take(bucket, line) }
                }
                group.addTask(executorPreference: loops.first) {
                    bucket.letGo()
                    return nil
                }
                return await group.reduce(into: [RateVerdict]()) { if let verdict = $1 { $0.append(verdict) } }
            }
            #expect(bucket.asked == [1, 11])
            #expect(verdicts.filter(\.isAllowed).map(\.left).sorted() == Array(0..<10))
            #expect(verdicts.filter { !$0.isAllowed }.map(\.left) == [0, 0])
            #expect(verdicts.filter { !$0.isAllowed }.map(\.secondsToWait) == [1, 1])
        }
    }

    @Test func `who goes away takes nobody along`() async throws {
        try await Loops.with { loops in
            let (bucket, line) = (Bucket(), RateLine(on: loops.first))
            let first = Task(executorPreference: loops.first) { await Self.take(bucket, line) }
            let others = (0..<3).map { _ in
                Task(executorPreference: loops.first) { await Self.take(bucket, line) }
            }
            await Task(executorPreference: loops.first) {
                first.cancel()
                bucket.letGo()
            }.value
            #expect(await first.value == nil)
            for other in others { #expect(await other.value?.isAllowed == true) }
            #expect(bucket.asked == [1, 3])
        }
    }

    @Test func `names are kept, so many and no more`() async throws {
        try await Loops.with { loops in
            let line = RateLine(on: loops.first)
            let made = await Task(executorPreference: loops.first) {
                var made = 0
                for number in [0, 0] + Array(1...RateLine.namesMax) + [0] {
                    let bucket = RateBucket(kind: .read, subject: "\(number)", count: 1, window: .seconds(1))
                    _ = await line.name(of: bucket) {
                        made += 1
                        return "name"
                    }
                }
                return made
            }.value
            #expect(made == 1 + RateLine.namesMax + 1)
        }
    }
}
