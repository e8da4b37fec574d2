package import Loop
import Synchronization

/// An HTTP/1.1 server on one or more loops.
///
/// It listens from `open` until `drain`; drain it before its loops stop. Handlers run on the loop of their connection.
/// What it bounds, and what happens at each bound, is written in `Limits`.
package final class Server: Sendable {
    package let port: UInt16
    private let shards: [Shard]
    private let acceptors: Mutex<[OnLoop]>

    /// An acceptor, and the loop on whose thread alone it is touched.
    private struct OnLoop: @unchecked Sendable {
        let acceptor: Acceptor
        let loop: Loop
    }

    private init(port: UInt16, shards: [Shard], acceptors: [OnLoop]) {
        self.port = port
        self.shards = shards
        self.acceptors = Mutex(acceptors)
    }

    /// Finds what answers a request, before any of it runs.
    package typealias Routing = @Sendable (inout Request) -> Answering

    /// Begins to listen, with one handler for all requests.
    package static func open(on loops: [Loop], _ settings: ServerSettings, handler: @escaping Handler)
        async throws(SystemError) -> Server
    {
        try await open(on: loops, settings) { _ in .waiting(handler) }
    }

    package static func open(on loops: [Loop], _ settings: ServerSettings, router: Router)
        async throws(SystemError) -> Server
    {
        try await open(on: loops, settings) { router.route(&$0) }
    }

    /// Begins to listen. Throws when the address can't be had.
    package static func open(on loops: [Loop], _ settings: ServerSettings, route: @escaping Routing)
        async throws(SystemError) -> Server
    {
        precondition(!loops.isEmpty, "a server needs a loop")
        let shards = loops.map { Shard(on: $0, settings, route) }
        let listeners = try listen(settings, loopCount: loops.count)
        let port = try Socket.localPort(listeners[0])
        let reception = Reception(shards, settings)
        var acceptors: [OnLoop] = []
        for (listener, shard) in zip(listeners, shards) {
            let acceptor = Acceptor(
                listener, on: shard.loop, pause: settings.limits.acceptPause, observe: settings.observe
            ) { descriptor in
                reception.receive(descriptor, at: listeners.count > 1 ? shard : nil)
            }
            acceptors.append(OnLoop(acceptor: acceptor, loop: shard.loop))
        }
        let server = Server(port: port, shards: shards, acceptors: acceptors)
        for place in acceptors {
            // Awaited at once: it only moves the call to the acceptor's loop.
            let refusal = await Task(executorPreference: place.loop) { () async -> SystemError? in
                do throws(SystemError) { try place.acceptor.open() } catch { return error }
                return nil
            }.value
            if let refusal {
                await server.drain(within: .zero)
                throw refusal
            }
        }
        return server
    }

    private static func listen(_ settings: ServerSettings, loopCount: Int) throws(SystemError) -> [Int32] {
        let isShared = settings.spread == .kernel && loopCount > 1
        let first = try Socket.listen(settings.address, port: settings.port, sharing: isShared)
        var listeners = [first]
        guard isShared else { return listeners }
        do {
            let port = try Socket.localPort(first)
            while listeners.count < loopCount {
                listeners.append(try Socket.listen(settings.address, port: port, sharing: true))
            }
            return listeners
        } catch {
            for listener in listeners { Socket.close(listener) }
            throw error
        }
    }

    package var statistics: ServerStatistics {
        var sum = ServerStatistics()
        for shard in shards { shard.counters.add(to: &sum) }
        return sum
    }

    /// Open connections of each loop, in the order of the loops.
    package var occupancy: [Int] { shards.map(\.occupancy) }

    /// Ends the server without breaking a promise: it stops listening, closes idle connections, answers requests that are half
    /// sent and those whose handlers run, with `Connection: close`, and ends event feeds. What is left after `limit` is cut.
    ///
    /// Answers how many connections had to be cut. Draining again is harmless.
    @discardableResult
    package func drain(within limit: Duration) async -> Int {
        let closing = acceptors.withLock { acceptors in
            defer { acceptors = [] }
            return acceptors
        }
        if closing.isEmpty { return 0 }
        // Awaited at once, each on its own loop.
        for place in closing { await Task(executorPreference: place.loop) { place.acceptor.close() }.value }
        let deadline = Moment.now + limit
        return await withTaskGroup(of: Int.self) { group in
            for shard in shards {
                group.addTask(executorPreference: shard.loop) { await shard.drain(until: deadline) }
            }
            return await group.reduce(0, +)
        }
    }
}
