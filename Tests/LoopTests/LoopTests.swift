import Loop
import Testing

@Suite struct LoopTests {
    @Test func `work inside run stays on the first loop's thread`() throws {
        let stayed = try Loops.run(2) { loops in
            var stayed = [loops.first.isCurrent]
            for _ in 0..<10 {
                try await loops.first.sleep(for: .microseconds(50))
                stayed.append(loops.first.isCurrent)
            }
            async let child = { loops.first.isCurrent }()
            stayed.append(await child)
            return stayed
        }
        #expect(stayed == Array(repeating: true, count: 12))
    }

    @Test func `a task of the loop suspends without a hop and goes on with one`() throws {
        let jobs = try Loops.run(1) { loops in
            let loop = loops.first
            let before = loop.statistics.tasksRun
            for _ in 0..<100 { try await loop.sleep(for: .microseconds(1)) }
            return loop.statistics.tasksRun - before
        }
        #expect(jobs <= 102)
    }

    @Test func `an actor pinned to a loop runs there and is entered from a callback`() throws {
        let counted = try Loops.run(2) { loops in
            let counter = Counter(loop: loops.all[1])
            for _ in 0..<100 { await counter.add() }
            await withCheckedContinuation { continuation in
                loops.all[1].execute {
                    counter.assumeIsolated { $0.count += 1 }
                    continuation.resume()
                }
            }
            return await counter.count
        }
        #expect(counted == 101)
    }

    @Test func `a cancelled sleep ends at once, before it began or during it`() throws {
        let outcomes = try Loops.run(1) { loops in
            let loop = loops.first
            let early = Task(executorPreference: loop) { try await loop.sleep(for: .seconds(3600)) }
            early.cancel()
            let late = Task(executorPreference: loop) { try await loop.sleep(for: .seconds(3600)) }
            try await loop.sleep(for: .milliseconds(5))
            late.cancel()
            return [await early.result.isCancelled, await late.result.isCancelled]
        }
        #expect(outcomes == [true, true])
    }

    @Test func `a loop that has stopped takes nothing more, and says so to whoever would wait`() async throws {
        let loop = try await Loops.with { $0.first }
        let isTaken = loop.execute { Issue.record("it ran") }
        #expect(!isTaken)
        await #expect(throws: CancellationError.self) { try await loop.sleep(for: .zero) }
    }

    @Test func `loops wake each other and lose nothing`() throws {
        let total = try Loops.run(2) { loops in
            let counter = Counter(loop: loops.all[1])
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask { for _ in 0..<200 { await counter.add() } }
                }
            }
            return await counter.count
        }
        #expect(total == 10_000)
    }
}

private actor Counter {
    nonisolated let loop: Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    var count = 0

    init(loop: Loop) { self.loop = loop }

    func add() {
        loop.checkIsolated()
        count += 1
    }
}

extension Result {
    fileprivate var isCancelled: Bool {
        if case .failure(let error) = self { return error is CancellationError }
        return false
    }
}
