import Loop
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct LaneTests {
    @Test func `what nobody waits for is done in order, and refused at the limit`() async throws {
        let lane = try Lane(name: "orders", limit: 2)
        let gate = Gate()
        try lane.give { gate.passThrough() }
        await gate.reached()
        let done = Mutex<[Int]>([])
        for number in 0..<2 { try lane.give { done.withLock { $0.append(number) } } }
        #expect(throws: LaneFull(lane: "orders", limit: 2)) { try lane.give {} }
        gate.open()
        // The lane is empty again when this errand has had its turn.
        while lane.waiting > 0 { await Task.yield() }
        try await lane.run {}
        #expect(done.withLock { $0 } == [0, 1])
    }

    @Test func `errands run in order on the lane's own thread and come back to the loop`() async throws {
        let seen = try await Loops.with { loops in
            let lane = try Lane(name: "files")
            let order = Mutex<[Int]>([])
            var values: [Int] = []
            for index in 0..<50 {
                let value = try await lane.run {
                    precondition(lane.isCurrent && !loops.first.isCurrent)
                    order.withLock { $0.append(index) }
                    return index * 2
                }
                loops.first.checkIsolated()
                values.append(value)
            }
            return (order.withLock { $0 }, values)
        }
        #expect(seen.0 == Array(0..<50))
        #expect(seen.1 == (0..<50).map { $0 * 2 })
    }

    @Test func `what an errand throws reaches its caller`() async throws {
        struct Broken: Error {}
        let lane = try Lane(name: "files")
        await #expect(throws: Broken.self) { try await lane.run { throw Broken() } }
        #expect(try await lane.run { 7 } == 7)
    }

    @Test func `a full lane refuses the next errand and keeps the ones it has`() async throws {
        let lane = try Lane(name: "files", limit: 2)
        let gate = Gate()
        let first = Task { try await lane.run { gate.passThrough() } }
        await gate.reached()
        let waiting = (0..<2).map { index in Task { try await lane.run { index } } }
        while lane.waiting < 2 { await Task.yield() }
        await #expect(throws: LaneFull(lane: "files", limit: 2)) { try await lane.run {} }
        gate.open()
        try await first.value
        #expect(try await waiting[0].value == 0)
        #expect(try await waiting[1].value == 1)
    }

    @Test func `a cancelled errand that has not begun never begins, and its caller does not wait`() async throws {
        let lane = try Lane(name: "files")
        let gate = Gate()
        let hasRun = Atomic<Bool>(false)
        let first = Task { try await lane.run { gate.passThrough() } }
        await gate.reached()
        let second = Task { try await lane.run { hasRun.store(true, ordering: .relaxed) } }
        while lane.waiting < 1 { await Task.yield() }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        gate.open()
        try await first.value
        try await lane.run {}
        let didRun = hasRun.load(ordering: .relaxed)
        #expect(!didRun)
    }

    @Test func `an errand of a task cancelled beforehand is not run`() async throws {
        let lane = try Lane(name: "files")
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            _ = try await lane.run { Issue.record("it ran") }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `an errand that ends after its caller's loop has stopped finds nobody, and that is no harm`()
        async throws
    {
        let lane = try Lane(name: "files")
        let loop = try Loop(name: "short-lived")
        let thread = try Thread(name: "short-lived") { loop.run() }
        let gate = Gate()
        let waiting = Task(executorPreference: loop) { try await lane.run { gate.passThrough() } }
        await gate.reached()
        loop.stop()
        thread.join()
        gate.open()
        // Behind the errand on the same thread.
        try await lane.run {}
        #expect(loop.statistics.tasksLeftBehind == 1)
        waiting.cancel()
    }

    @Test func `an actor pinned to a lane runs there, and its end ends the lane`() async throws {
        var clerk: Clerk? = Clerk(lane: try Lane(name: "clerk"))
        weak let lane = clerk?.lane
        for _ in 0..<100 { await clerk?.count() }
        #expect(await clerk?.counted == 100)
        clerk = nil
        while lane != nil { await Task.yield() }
    }
}

private actor Clerk {
    nonisolated let lane: Lane
    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }
    var counted = 0

    init(lane: Lane) { self.lane = lane }

    func count() {
        precondition(lane.isCurrent)
        counted += 1
    }
}

/// Holds a lane's thread until the test lets it go.
private final class Gate: Sendable {
    private let isReached = Atomic<Bool>(false)
    private let isOpen = Atomic<Bool>(false)

    func passThrough() {
        isReached.store(true, ordering: .sequentiallyConsistent)
        while !isOpen.load(ordering: .sequentiallyConsistent) {}
    }

    func reached() async { while !isReached.load(ordering: .sequentiallyConsistent) { await Task.yield() } }
    func open() { isOpen.store(true, ordering: .sequentiallyConsistent) }
}
