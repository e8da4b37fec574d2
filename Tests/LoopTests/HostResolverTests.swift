import Loop
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct HostResolverTests {
    @Test func `literals and names lead to addresses`() async throws {
        try await onResolver { resolver, _, loop in
            for host in ["127.0.0.1", "::1", "localhost"] {
                let addresses = try await resolver.addresses(of: host, port: 80, within: .seconds(20), on: loop)
                #expect(!addresses.isEmpty, "\(host)")
                #expect(addresses.allSatisfy { $0.isInternet }, "\(host)")
            }
        }
    }

    @Test func `a name that leads nowhere says so`() async throws {
        try await onResolver { resolver, _, loop in
            do throws(HostResolver.Failure) {
                _ = try await resolver.addresses(of: "no-such-host.invalid", port: 80, within: .seconds(20), on: loop)
                Issue.record("found it")
            } catch {
                guard case .unknown = error else {
                    Issue.record(error)
                    return
                }
            }
        }
    }

    @Test func `nobody waits longer than their patience, nor after being cancelled`() async throws {
        try await onResolver { resolver, lane, loop in
            // The lane is busy for as long as nobody lets go of it, so no lookup can begin.
            let gate = Gate()
            let busy = Task(executorPreference: loop) { try await lane.run { gate.wait() } }
            // It comes first.
            try await loop.sleep(for: .milliseconds(1))
            await #expect(throws: HostResolver.Failure.timedOut) {
                _ = try await resolver.addresses(of: "localhost", port: 80, within: .milliseconds(10), on: loop)
            }
            let waiting = Task(executorPreference: loop) {
                try await resolver.addresses(of: "localhost", port: 80, within: .seconds(20), on: loop)
            }
            waiting.cancel()
            await #expect(throws: HostResolver.Failure.cancelled) { _ = try await waiting.value }
            gate.open()
            try await busy.value
        }
    }

    @Test func `a lookup that outlives its caller and the loop ends without a trace`() async throws {
        let lane = try Lane(name: "names")
        let gate = Gate()
        try lane.give { gate.wait() }
        let loop = try await Loops.with { loops in
            await #expect(throws: HostResolver.Failure.timedOut) {
                _ = try await HostResolver(on: lane).addresses(
                    of: "localhost", port: 80, within: .milliseconds(10), on: loops.first)
            }
            return loops.first
        }
        #expect(lane.waiting == 1)
        gate.open()
        // Behind the lookup on the same thread.
        try await lane.run {}
        #expect(loop.statistics.tasksLeftBehind == 0)
    }

    @Test func `a lookup that is one too many is refused`() async throws {
        try await Loops.with { loops in
            let lane = try Lane(name: "names", limit: 1)
            let gate = Gate()
            try lane.give { gate.wait() }
            while lane.waiting > 0 { await Task.yield() }
            try lane.give {}
            await #expect(throws: HostResolver.Failure.tooManyLookups) {
                _ = try await HostResolver(on: lane).addresses(
                    of: "localhost", port: 80, within: .seconds(20), on: loops.first)
            }
            gate.open()
        }
    }
}

private func onResolver(_ body: @escaping @Sendable (HostResolver, Lane, Loop) async throws -> Void) async throws {
    try await Loops.with { loops in
        let lane = try Lane(name: "names")
        try await body(HostResolver(on: lane), lane, loops.first)
    }
}

/// Holds a lane's thread until the test lets it go.
private final class Gate: Sendable {
    private let isOpen = Atomic(false)

    func wait() { while !isOpen.load(ordering: .sequentiallyConsistent) {} }
    func open() { isOpen.store(true, ordering: .sequentiallyConsistent) }
}
