import Loop

/// The connections on which reads may block: each read has one to itself while it lasts, and leaves it to the next.
///
/// Belongs to its loop's thread; that is why `@unchecked` holds.
final class RedisBlockingReads: @unchecked Sendable {
    private let target: RedisConnection.Target
    private let loop: Loop
    private let counters: RedisCounters
    private var open: [ObjectIdentifier: RedisConnection] = [:]
    private var idle: [RedisConnection] = []
    private var dialling = 0
    private var isClosed = false

    init(_ target: RedisConnection.Target, on loop: Loop, _ counters: RedisCounters) {
        self.target = target
        self.loop = loop
        self.counters = counters
    }

    /// Connections in use, idle, or being made.
    var count: Int { open.count + dialling }

    /// Sends a command that may block. Whatever ends it but a reply also ends the connection: nothing else takes a blocked
    /// command back.
    func send(_ command: RedisCommand, within deadline: Duration) async throws(RedisError.Code) -> RedisValue {
        let connection = try await take()
        do throws(RedisError.Code) {
            let reply = try await connection.send(command, within: deadline)
            giveBack(connection)
            return reply
        } catch {
            if case .refused = error { giveBack(connection) } else { connection.die(error) }
            throw isClosed ? .closed : error
        }
    }

    func close() {
        isClosed = true
        for connection in open.values { connection.die(.closed) }
    }

    private func take() async throws(RedisError.Code) -> RedisConnection {
        if let connection = idle.popLast() { return connection }
        guard count < target.settings.limits.blockingConnectionsMax else { throw .overloaded }
        dialling += 1
        defer { dialling -= 1 }
        let connection = try await RedisConnection.open(target, on: loop, counters)
        if isClosed {
            connection.die(.closed)
            throw .closed
        }
        if let death = connection.death { throw death }
        open[ObjectIdentifier(connection)] = connection
        connection.onDeath = { [unowned self, unowned connection] _ in
            open[ObjectIdentifier(connection)] = nil
            idle.removeAll { $0 === connection }
        }
        return connection
    }

    private func giveBack(_ connection: RedisConnection) {
        if connection.isUsable { idle.append(connection) }
    }
}
