import Crypto
import Loop
import Wire

/// One connection to Redis, on which the commands of all callers are pipelined.
///
/// All commands of a loop's turn leave in one write at its end; replies are matched by their order. It belongs to its loop's
/// thread, which each door checks: that is why `@unchecked` holds. It is never repaired: after the first fault it is dead,
/// everybody waiting is told, and its owner makes another.
final class RedisConnection: Watcher, @unchecked Sendable {
    typealias Reply = Result<RedisValue, RedisError.Code>
    typealias Waiter = CheckedContinuation<Reply, Never>

    private enum State {
        /// TCP or TLS is being set up. → open, dead
        case connecting(CheckedContinuation<Result<Void, RedisError.Code>, Never>?)
        /// → draining, dead
        case open
        /// What is in flight may end; nothing new is taken. → dead
        case draining
        case dead(RedisError.Code)
    }

    let loop: Loop
    private let limits: RedisLimits
    private let counters: RedisCounters
    private var state = State.connecting(nil)
    private var line: RedisLine
    private var reader: RedisReplyReader
    private var owed: OwedReplies<Waiter>
    private var lastTicket: UInt64 = 0
    private var isFlushDue = false
    private var watchesWritable = true
    private var expiryArmed = Moment.never
    private var receivedAtHeartbeat: UInt64 = 0
    private lazy var expiry = Timer { [unowned self] in expire() }
    private lazy var heartbeat = Timer { [unowned self] in beat() }
    /// Told once, when the connection has died, before those who waited are.
    var onDeath: ((RedisError.Code) -> Void)?

    /// Begins to connect; `established` says what became of it.
    init(
        to address: SocketAddress, tls: consuming TLSPipe?, on loop: Loop, _ limits: RedisLimits,
        _ counters: RedisCounters
    )
        throws(RedisError.Code)
    {
        loop.checkIsolated()
        self.loop = loop
        self.limits = limits
        self.counters = counters
        let descriptor: Int32
        do throws(SystemError) { descriptor = try Socket.connect(to: address) } catch { throw .system(error) }
        line = RedisLine(descriptor, tls: tls)
        reader = RedisReplyReader(limits: limits.reply)
        owed = OwedReplies(grace: limits.graceTime)
        do throws(SystemError) {
            try loop.watch(descriptor, for: [.readable, .writable], self)
        } catch {
            Socket.close(descriptor)
            throw .system(error)
        }
    }

    var isUsable: Bool {
        if case .open = state { return true }
        return false
    }

    var inFlight: Int { owed.count }

    /// What ended it.
    var death: RedisError.Code? {
        if case .dead(let code) = state { return code }
        return nil
    }

    /// Waits until commands can be sent.
    func established() async throws(RedisError.Code) {
        loop.checkIsolated()
        let outcome = await withCheckedContinuation { continuation in
            switch state {
            case .connecting: state = .connecting(continuation)
            case .open, .draining: continuation.resume(returning: .success(()))
            case .dead(let code): continuation.resume(returning: .failure(code))
            }
        }
        try outcome.get()
    }

    // MARK: - Commands

    /// Sends one command and answers its reply.
    func send(_ command: RedisCommand, within deadline: Duration) async throws(RedisError.Code) -> RedisValue {
        loop.checkIsolated()
        lastTicket += 1
        let ticket = lastTicket
        let reply: Reply = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: Waiter) in
                // The task may have hopped to get here: only now is it certain what the state is.
                if let obstacle = obstacle(to: command) { return waiter.resume(returning: .failure(obstacle)) }
                append(command, waiter, ticket: ticket, deadline: Moment.now + deadline)
            }
        } onCancel: {
            loop.execute { self.cancelled(ticket) }
        }
        return try reply.get()
    }

    private func obstacle(to command: RedisCommand) -> RedisError.Code? {
        if Task.isCancelled { return .cancelled }
        guard isUsable else { return .connectionLost(outcomeUnknown: false) }
        let hasRoom = owed.count < limits.inFlightMax && line.waiting + command.size <= limits.outputBytesMax
        return hasRoom ? nil : .overloaded
    }

    private func append(_ command: RedisCommand, _ waiter: Waiter?, ticket: UInt64, deadline: Moment) {
        owed.append(waiter, ticket: ticket, offset: line.queued, deadline: deadline)
        line.queue(command)
        if deadline < expiryArmed { arm(deadline) }
        if !isFlushDue {
            isFlushDue = true
            loop.atEndOfTurn { [self] in
                isFlushDue = false
                flush()
            }
        }
    }

    private func cancelled(_ ticket: UInt64) {
        owed.cancelled(ticket)?.resume(returning: .failure(.cancelled))
    }

    /// Asks for a sign of life from now on, whenever a heartbeat has brought nothing else.
    func keepAlive() {
        receivedAtHeartbeat = line.received
        loop.arm(heartbeat, at: Moment.now + limits.heartbeat)
    }

    private func beat() {
        guard isUsable else { return }
        if line.received == receivedAtHeartbeat, owed.isEmpty {
            lastTicket += 1
            append(RedisCommand("PING"), nil, ticket: lastTicket, deadline: Moment.now + limits.heartbeat)
        }
        keepAlive()
    }

    // MARK: - Time

    private func arm(_ deadline: Moment) {
        expiryArmed = deadline
        loop.arm(expiry, at: deadline)
    }

    private func expire() {
        expiryArmed = .never
        let expired = owed.expired(at: loop.turn)
        if expired.isDead { die(.deadlinePassed) }
        for waiter in expired.late { waiter.resume(returning: .failure(.deadlinePassed)) }
        if !expired.isDead, let next = expired.next { arm(next) }
    }

    // MARK: - The socket

    // Made once: a set that is written out is put together member by member, each time.
    private static let settled: Readiness = [.writable, .error, .hangup]
    private static let heard: Readiness = [.readable, .error, .hangup]

    func ready(_ readiness: Readiness) {
        do throws(RedisError.Code) {
            if case .connecting = state, readiness.intersects(Self.settled) {
                if let error = Socket.pendingError(line.descriptor) { throw .system(error) }
            }
            if readiness.intersects(Self.heard) { try receive() }
            if case .connecting(let waiter) = state {
                try flushOrThrow()
                if line.isOpen {
                    state = .open
                    waiter?.resume(returning: .success(()))
                }
            } else if readiness.contains(.writable) {
                try flushOrThrow()
            }
        } catch {
            die(error)
        }
    }

    private func receive() throws(RedisError.Code) {
        var end: RedisError.Code?
        do throws(RedisError.Code) {
            unsafe try line.read { unsafe reader.feed($0) }
        } catch {
            // Replies that came before the end still count.
            end = error
        }
        do throws(RedisReplyFault) {
            while let value = try reader.next() { try deliver(value) }
        } catch {
            throw .badReply(error)
        }
        if let end { throw end }
        if case .draining = state, owed.isEmpty { die(.closed) }
    }

    private func deliver(_ value: RedisValue) throws(RedisReplyFault) {
        switch owed.answered() {
        case .to(let waiter):
            if case .error(let refusal) = value {
                waiter.resume(returning: .failure(.refused(refusal)))
            } else {
                waiter.resume(returning: .success(value))
            }
        case .toNobody: counters.add { $0.repliesTooLate += 1 }
        case .unasked: throw .unasked
        }
    }

    private func flush() {
        do throws(RedisError.Code) { try flushOrThrow() } catch { die(error) }
    }

    private func flushOrThrow() throws(RedisError.Code) {
        if case .dead = state { return }
        let isWritableWanted = try !line.flush()
        guard isWritableWanted != watchesWritable else { return }
        watchesWritable = isWritableWanted
        loop.rewatch(line.descriptor, for: isWritableWanted ? [.readable, .writable] : .readable)
    }

    // MARK: - The end

    /// Takes nothing more, and ends when everything in flight has its reply or has passed its deadline.
    func drain() {
        loop.checkIsolated()
        switch state {
        case .connecting: die(.closed)
        case .open:
            state = .draining
            if owed.isEmpty { die(.closed) }
        case .draining, .dead: break
        }
    }

    /// Ends at once. Later calls do nothing.
    func die(_ code: RedisError.Code) {
        loop.checkIsolated()
        var connecting: CheckedContinuation<Result<Void, RedisError.Code>, Never>?
        switch state {
        case .dead: return
        case .connecting(let waiter): connecting = waiter
        case .open, .draining: break
        }
        state = .dead(code)
        loop.disarm(expiry)
        loop.disarm(heartbeat)
        loop.unwatch(line.descriptor)
        line.close()
        counters.add {
            $0.bytesSent += line.written; $0.bytesReceived += line.received
        }
        onDeath?(code)
        onDeath = nil
        connecting?.resume(returning: .failure(code))
        for lost in owed.lost(written: line.written) {
            lost.waiter.resume(returning: .failure(.connectionLost(outcomeUnknown: lost.wasSent)))
        }
    }
}
