package import Loop

/// Listens on channels over a connection of its own, for as long as `run` runs.
///
/// `NOTIFY` reaches only who is connected: after each reconnect, and when the subscriber was too slow, it is told
/// `mayHaveMissed` and looks for itself. At most `waitingMax` notifications wait for the subscriber.
@safe package final class PostgresListener: @unchecked Sendable {
    package enum Event: Hashable, Sendable {
        /// Listening (again): what was sent before is not known.
        case mayHaveMissed
        case notification(PostgresNotification)
    }

    package static let waitingMax = 1024
    /// A connection that says nothing for so long is asked whether it is there.
    package static let probeInterval = Duration.seconds(15)

    private let configuration: PostgresConfiguration
    private let loop: Loop
    private let channels: [Identifier]
    private let limits: PoolLimits
    private let observe: PostgresObserver

    // Loop's thread alone.
    private var waiting: [Event] = []
    private var consumer: UnsafeContinuation<Void, Never>?
    private var isDropping = false
    private var ending: PostgresError?

    /// `limits` gives the pauses between attempts to connect.
    package init(
        _ configuration: PostgresConfiguration, on loop: Loop, channels: [Identifier],
        limits: PoolLimits = PoolLimits(),
        observe: @escaping PostgresObserver = { _ in }
    ) {
        self.configuration = configuration
        self.loop = loop
        self.channels = channels
        self.limits = limits
        self.observe = observe
    }

    /// Connects, listens and hands each event to `body`, reconnecting for ever; ends when `body` throws or the task is
    /// cancelled.
    package func run(_ body: (Event) async throws -> Void) async throws {
        loop.checkIsolated()
        var failures = 0
        while true {
            try Task.checkCancellation()
            do {
                let connection = try await PostgresConnection.open(configuration, on: loop, observe)
                defer { connection.close() }
                try await listen(connection)
                failures = 0
                try await deliver(from: connection, body)
            } catch let failure as SubscriberFailure {
                throw failure.cause
            } catch let error as PostgresError {
                let pause =
                    min(limits.pauseMin * Double(1 << min(failures, 20)), limits.pauseMax) * .random(in: 0.5...1)
                failures += 1
                observe(.connectFailed(error, retryIn: pause))
                try await loop.sleep(for: pause)
            }
        }
    }

    private func listen(_ connection: PostgresConnection) async throws {
        ending = nil
        waiting = []
        isDropping = false
        connection.onNotification = { [weak self] in self?.arrived(.notification($0)) }
        connection.onEnd = { [weak self] error in
            self?.ending = error ?? PostgresError(.closed)
            self?.wake()
        }
        for channel in channels { try await run("LISTEN \(channel)", on: connection) }
        arrived(.mayHaveMissed)
    }

    private func run(_ sql: SQL, on connection: PostgresConnection) async throws {
        let request = Request(
            sql, sync: .own, site: "listen", deadline: Moment.now + configuration.connectDeadline)
        try await request.run(on: loop) { connection.submit(request) }
    }

    /// Ends by throwing why the connection ended, or what `body` threw.
    private func deliver(from connection: PostgresConnection, _ body: (Event) async throws -> Void) async throws {
        let probe = Timer { [weak self, weak connection] in
            if let connection { self?.probe(connection) }
        }
        defer { loop.disarm(probe) }
        while true {
            loop.arm(probe, at: Moment.now + Self.probeInterval)
            while !waiting.isEmpty {
                let events = waiting
                waiting = []
                for event in events { try await hand(event, to: body) }
                if isDropping {
                    isDropping = false
                    arrived(.mayHaveMissed)
                }
            }
            if let ending { throw ending }
            await withTaskCancellationHandler {
                unsafe await withUnsafeContinuation { continuation in
                    unsafe consumer = unsafe continuation
                    // Looked at again, since a task may hop on its way to here.
                    if Task.isCancelled || !waiting.isEmpty || ending != nil { wake() }
                }
            } onCancel: {
                loop.execute { self.wake() }
            }
            try Task.checkCancellation()
        }
    }

    /// What the subscriber throws ends the listener, even an error of ours from its own queries.
    private func hand(_ event: Event, to body: (Event) async throws -> Void) async throws {
        do { try await body(event) } catch { throw SubscriberFailure(cause: error) }
    }

    private struct SubscriberFailure: Error {
        let cause: any Error
    }

    private func arrived(_ event: Event) {
        if waiting.count < Self.waitingMax {
            waiting.append(event)
        } else if !isDropping {
            isDropping = true
            observe(.notificationsDropped)
        }
        wake()
    }

    private func probe(_ connection: PostgresConnection) {
        let request = Request(
            "SELECT 1", sync: .own, site: #function, deadline: Moment.now + configuration.connectDeadline)
        request.receiver = .callback { [weak self, weak connection] error in
            if error != nil { connection?.close(PostgresError(.connectionLost)) }
            self?.wake()
        }
        connection.submit(request)
    }

    private func wake() {
        guard let waiter = unsafe consumer else { return }
        unsafe consumer = nil
        unsafe waiter.resume()
    }
}
