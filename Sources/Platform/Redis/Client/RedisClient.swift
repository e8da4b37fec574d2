import Crypto
package import Loop

/// One process' way to one Redis: a pipelined connection that is made again whenever it is lost, and connections of their own
/// for reads that block.
///
/// It belongs to one loop and is used on that loop's thread alone, which each door checks; `statistics` and `health` may be
/// read anywhere. `run` is its life: hang it into a task group and `close` it, or use `with`. Commands of all tasks share the
/// connection; what a turn of the loop sends leaves in one write.
///
/// What is promised: a reply reaches the command it answers or nobody. Every wait has a bound. Nothing is sent twice unless
/// the call says that it may be. While there is no connection, a command fails at once with `.notConnected`, or waits as long
/// as its call says.
package final class RedisClient: @unchecked Sendable {
    private enum State {
        /// → connecting, closed
        case new
        /// Being made, or pausing before the next attempt. → up, closing
        case connecting
        /// → connecting, closing
        case up(RedisConnection)
        /// Nothing new is taken; the last replies of a connection may be awaited. → closed
        case closing(RedisConnection?)
        case closed
    }

    package let loop: Loop
    let settings: RedisSettings
    private let target: RedisConnection.Target
    private let observe: @Sendable (RedisHappening) -> Void
    private let counters = RedisCounters()
    private let condition: RedisCondition
    private let waitingRoom: RedisWaitingRoom
    private let blockingReads: RedisBlockingReads
    private var backoff: RedisBackoff

    private var state = State.new
    private var dial: Task<Result<RedisConnection, RedisError.Code>, Never>?
    private var pause: (CheckedContinuation<Void, Never>, Timer)?
    private var closers: [CheckedContinuation<Void, Never>] = []

    /// Fails only when the file of trusted authorities is unusable. `observe` is called on the loop.
    package init(
        _ settings: RedisSettings, on loop: Loop, resolver: HostResolver,
        observe: @escaping @Sendable (RedisHappening) -> Void = { _ in }
    ) throws(RedisError) {
        self.loop = loop
        self.settings = settings
        self.observe = observe
        var trust: TLSClientContext?
        if settings.address.isEncrypted {
            do throws(TLSFailure) { trust = try TLSClientContext(trusting: settings.trust) } catch {
                throw RedisError(.tls(error), "trust")
            }
        }
        target = RedisConnection.Target(settings: settings, trust: trust, resolver: resolver)
        condition = RedisCondition()
        waitingRoom = RedisWaitingRoom(on: loop, limit: settings.limits.waitingMax)
        blockingReads = RedisBlockingReads(target, on: loop, counters)
        backoff = RedisBackoff(settings.backoff)
    }

    package var statistics: RedisStatistics { counters.snapshot }
    package var health: RedisHealth { condition.health }

    /// Commands sent on the shared connection and not yet answered.
    package var inFlight: Int {
        loop.checkIsolated()
        return switch state {
        case .up(let connection): connection.inFlight
        case .closing(let connection): connection?.inFlight ?? 0
        case .new, .connecting, .closed: 0
        }
    }

    /// Connections for blocking reads, in use or idle.
    package var blockingConnections: Int {
        loop.checkIsolated()
        return blockingReads.count
    }

    // MARK: - Life

    /// Makes a client that lives as long as `body`, and closes it behind.
    package static func with<Value: Sendable>(
        _ settings: RedisSettings, on loop: Loop, resolver: HostResolver,
        observe: @escaping @Sendable (RedisHappening) -> Void = { _ in },
        _ body: (RedisClient) async throws -> Value
    ) async throws -> Value {
        let client = try RedisClient(settings, on: loop, resolver: resolver, observe: observe)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: loop) { await client.run() }
            do {
                let value = try await body(client)
                await client.close()
                return value
            } catch {
                await client.close()
                throw error
            }
        }
    }

    /// Connects, and connects again, until the client is closed. Cancelling it closes at once, without draining.
    package func run() async {
        loop.checkIsolated()
        if case .closed = state { return }
        guard case .new = state else { preconditionFailure("a Redis client is run once") }
        state = .connecting
        await withTaskCancellationHandler {
            var random = SystemRandomNumberGenerator()
            while isWanted {
                await connectAndServe()
                if isWanted { await rest(backoff.failed(using: &random)) }
            }
        } onCancel: {
            loop.execute { self.end { $0.die(.closed) } }
        }
        state = .closed
        condition.changed(to: .closed)
        observe(.closed)
        for closer in closers { closer.resume() }
        closers = []
    }

    /// Takes no more commands, lets those in flight have their replies, cuts blocking reads, and returns when all is over.
    package func close() async {
        loop.checkIsolated()
        switch state {
        case .closed: return
        case .new: state = .closed
        case .connecting, .up, .closing:
            await withCheckedContinuation { closer in
                if case .closed = state { return closer.resume() }
                closers.append(closer)
                end { $0.drain() }
            }
        }
    }

    private var isWanted: Bool {
        switch state {
        case .connecting, .up: true
        case .new, .closing, .closed: false
        }
    }

    private func end(_ farewell: (RedisConnection) -> Void) {
        var last: RedisConnection?
        switch state {
        case .new, .closed: return
        case .up(let connection): last = connection
        case .connecting: break
        case .closing(let connection): last = connection
        }
        state = .closing(last)
        waitingRoom.open(.closed)
        blockingReads.close()
        dial?.cancel()
        endPause()
        if let last { farewell(last) }
    }

    private func connectAndServe() async {
        // Awaited at once: it is a task of its own only so that closing can cancel it.
        let dial = Task(executorPreference: loop) { [target, loop, counters] in
            do throws(RedisError.Code) {
                return Result<_, RedisError.Code>.success(try await RedisConnection.open(target, on: loop, counters))
            } catch {
                return .failure(error)
            }
        }
        self.dial = dial
        let outcome = await dial.value
        self.dial = nil
        switch outcome {
        case .success(let connection): await serve(connection)
        case .failure(let code): failedToConnect(code)
        }
    }

    private func failedToConnect(_ code: RedisError.Code) {
        guard isWanted else { return }
        counters.add { $0.connectionsFailed += 1 }
        condition.failed(code)
        observe(.connectFailed(code))
    }

    private func serve(_ connection: RedisConnection) async {
        await withCheckedContinuation { ended in
            // Looked at here and not before the call, since the task may have hopped in between.
            if let death = connection.death {
                failedToConnect(death)
                return ended.resume()
            }
            guard isWanted else {
                connection.die(.closed)
                return ended.resume()
            }
            connection.onDeath = { [self] code in
                lost(code)
                ended.resume()
            }
            state = .up(connection)
            connection.keepAlive()
            counters.add { $0.connectionsMade += 1 }
            condition.changed(to: .connected)
            observe(.connected(attemptsFailed: backoff.attempts))
            backoff.succeeded()
            waitingRoom.open(.connected)
        }
    }

    private func lost(_ code: RedisError.Code) {
        guard isWanted else { return }
        state = .connecting
        waitingRoom.close()
        counters.add { $0.connectionsLost += 1 }
        condition.failed(code)
        condition.changed(to: .connecting)
        observe(.connectionLost(code))
    }

    private func rest(_ duration: Duration) async {
        observe(.retrying(in: duration))
        await withCheckedContinuation { continuation in
            guard isWanted else { return continuation.resume() }
            pause = (continuation, loop.after(duration) { [self] in endPause() })
        }
    }

    private func endPause() {
        guard let (continuation, timer) = pause else { return }
        pause = nil
        loop.disarm(timer)
        continuation.resume()
    }

    // MARK: - Commands

    /// Carries out one command and answers its reply. `call` stands in for the settings' when given.
    package func perform(_ command: RedisCommand, _ call: RedisCall? = nil) async throws(RedisError) -> RedisValue {
        let call = call ?? settings.call
        return try await accounted(command) { () async throws(RedisError.Code) in
            do throws(RedisError.Code) {
                return try await self.connection(call.whileDown).send(command, within: call.deadline)
            } catch {
                guard case .connectionLost = error, call.afterLoss == .retryOnce else { throw error }
            }
            self.counters.add { $0.retries += 1 }
            return try await self.connection(call.whileDown.atLeast(call.deadline)).send(command, within: call.deadline)
        }
    }

    /// Carries out a read that Redis may hold back for `block`, on a connection that nobody else uses meanwhile. It has the
    /// call's deadline on top. Cancelling ends its connection.
    package func performBlocking(_ command: RedisCommand, for block: Duration, _ call: RedisCall? = nil)
        async throws(RedisError) -> RedisValue
    {
        let call = call ?? settings.call
        return try await accounted(command) { () async throws(RedisError.Code) in
            // The shared connection says whether there is a server to ask.
            _ = try await self.connection(call.whileDown)
            return try await self.blockingReads.send(command, within: block + call.deadline)
        }
    }

    /// The same from a word and its arguments.
    package func command(_ name: String, _ parts: RedisPart..., call: RedisCall? = nil) async throws(RedisError)
        -> RedisValue
    {
        try await perform(RedisCommand(name, parts), call)
    }

    private func connection(_ whileDown: RedisCall.WhileDown) async throws(RedisError.Code) -> RedisConnection {
        loop.checkIsolated()
        var deadline: Moment?
        while true {
            switch state {
            case .up(let connection): return connection
            case .closing, .closed: throw .closed
            case .new, .connecting: break
            }
            guard case .wait(let patience) = whileDown else { throw .notConnected }
            // The connection may be lost again before its turn comes: patience counts from the first wait.
            let end = deadline ?? Moment.now + patience
            deadline = end
            switch await waitingRoom.wait(for: end - Moment.now) {
            case .connected: continue
            case .impatient: throw .notConnected
            case .cancelled: throw .cancelled
            case .closed: throw .closed
            case .full: throw .overloaded
            }
        }
    }

    private func accounted(
        _ command: RedisCommand, _ body: () async throws(RedisError.Code) -> RedisValue
    ) async throws(RedisError) -> RedisValue {
        counters.add { $0.commands += 1 }
        do throws(RedisError.Code) {
            return try await body()
        } catch {
            counters.add { statistics in
                switch error {
                case .refused: statistics.refusals += 1
                case .overloaded: statistics.overloads += 1
                case .deadlinePassed: statistics.deadlinesPassed += 1
                default: statistics.failures += 1
                }
            }
            throw RedisError(error, command.name)
        }
    }
}

extension RedisCall.WhileDown {
    fileprivate func atLeast(_ patience: Duration) -> RedisCall.WhileDown {
        if case .wait(let own) = self { return .wait(max(own, patience)) }
        return .wait(patience)
    }
}
