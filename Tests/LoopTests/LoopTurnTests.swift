import Glibc
import Loop
import Synchronization
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct LoopTurnTests {
    @Test func `a job that goes on for ever lets timers and sockets have their turns`() async throws {
        try await Loops.with { loops in
            let loop = loops.first
            let server = try PeerServer(on: loop)
            let client = try Peer(to: SocketAddress("127.0.0.1", port: server.port), on: loop)
            let yields = Count()
            let busy = Task(executorPreference: loop) {
                while !Task.isCancelled {
                    await Task.yield()
                    yields.add()
                }
            }
            client.send("x")
            // Each look is a timer's work, and the echo takes two sockets several turns.
            try await loop.until("the echo beside the busy job") {
                client.received.count == 1 && yields.value > 10 * Loop.drainRoundsMax
            }
            busy.cancel()
            await busy.value
            client.close()
            server.close()
        }
    }

    @Test func `a loop that is awake is not woken, however much is left with it`() async throws {
        try await Loops.with(2) { loops in
            let busy = loops.all[0]
            let isBlocked = Atomic(false)
            let isFilled = Atomic(false)
            let ran = Atomic(0)
            loops.all[1].execute {
                while !isBlocked.load(ordering: .acquiring) {}
                let before = busy.statistics.wakeups
                for _ in 0..<10_000 { busy.execute { ran.add(1, ordering: .relaxed) } }
                // While that loop runs a job it is awake, so none of these needed the eventfd.
                #expect(busy.statistics.wakeups == before)
                isFilled.store(true, ordering: .releasing)
            }
            isBlocked.store(true, ordering: .releasing)
            while !isFilled.load(ordering: .acquiring) {}
            try await busy.until("all that was left") { ran.load(ordering: .relaxed) == 10_000 }
        }
    }

    @Test func `a sleeping loop is woken once for many deposits at most`() async throws {
        try await Loops.with(2) { loops in
            let sleeper = loops.all[1]
            let before = sleeper.statistics.wakeups
            let ran = Atomic(0)
            for _ in 0..<100 {
                let turns = sleeper.statistics.turnsTaken
                sleeper.execute { ran.add(1, ordering: .relaxed) }
                try await loops.first.until("its turn") { sleeper.statistics.turnsTaken > turns }
            }
            #expect(sleeper.statistics.wakeups - before <= 100)
            #expect(ran.load(ordering: .relaxed) == 100)
        }
    }

    @Test func `readiness that was fetched for one owner never reaches the next one of the same number`() async throws {
        try await Loops.with { loops in
            let loop = loops.first
            let (first, second) = (try Pair(), try Pair())
            defer {
                first.close()
                second.close()
            }
            var told: [String] = []
            // Both become ready in one turn; whoever comes first takes the other's place over.
            let (a, b, heir) = (Listener(), Listener(), Listener())
            heir.heard = { told.append("heir") }
            let takeOver: (Int32) -> Void = { number in
                loop.unwatch(number)
                do { try loop.watch(number, for: .writable, heir) } catch { Issue.record(error) }
                told.append("taken over")
            }
            a.heard = {
                loop.unwatch(first.near)
                takeOver(second.near)
            }
            b.heard = {
                loop.unwatch(second.near)
                takeOver(first.near)
            }
            try loop.watch(first.near, for: .readable, a)
            try loop.watch(second.near, for: .readable, b)
            first.write()
            second.write()
            try await loop.until("the heir's own readiness") { told.contains("heir") }
            #expect(told.prefix(2) == ["taken over", "heir"])
            // The heir is told of what it asked for, and the loser never again.
            #expect(told.filter { $0 == "taken over" }.count == 1)
            #expect(heir.readiness == [.writable])
            loop.unwatch(first.near)
            loop.unwatch(second.near)
        }
    }

    @Test func `stopping runs everything that was enqueued, and what that enqueues`() async throws {
        let ran = Count()
        try await Loops.with(2) { loops in
            let loop = loops.all[1]
            for _ in 0..<1000 {
                loop.execute {
                    ran.add()
                    Task(executorPreference: loop) { ran.add() }
                    loop.atEndOfTurn { ran.add() }
                }
            }
        }
        #expect(ran.value == 3000)
    }

    @Test func `a hundred thousand timers are armed and disarmed, and the rest fire in order`() async throws {
        try await Loops.with { loops in
            let loop = loops.first
            var fired: [Int] = []
            let start = Moment.now
            let timers = (0..<100_000).map { index in Timer { fired.append(index) } }
            for (index, timer) in timers.enumerated() {
                // Spread, and far enough away that none fires while they are still being armed.
                loop.arm(timer, at: start + .seconds(3600) + .nanoseconds(Int64(index * 7919 % 100_000)))
            }
            for (index, timer) in timers.enumerated() where index % 1000 != 0 { loop.disarm(timer) }
            for index in stride(from: 0, to: 100_000, by: 1000) {
                loop.arm(timers[index], at: start + .nanoseconds(Int64(index)))
            }
            try await loop.until("the last") { fired.count >= 100 }
            #expect(fired == Array(stride(from: 0, to: 100_000, by: 1000)))
            #expect(timers.allSatisfy { !$0.isArmed })
        }
    }
}

private final class Listener: Watcher {
    var heard: () -> Void = {}
    private(set) var readiness: Readiness = []

    func ready(_ readiness: Readiness) {
        self.readiness = readiness
        heard()
    }
}

private final class Count: Sendable {
    private let number = Atomic(0)
    var value: Int { number.load(ordering: .relaxed) }
    func add() { number.add(1, ordering: .relaxed) }
}

/// Two ends of a pipe-like socket.
private struct Pair {
    let near: Int32
    let far: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        try SystemError.check(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends), "socketpair")
        (near, far) = (ends[0], ends[1])
    }

    func write() {
        var byte: UInt8 = 1
        _ = Glibc.write(far, &byte, 1)
    }

    func close() {
        Socket.close(near)
        Socket.close(far)
    }
}
