package import Loop

/// The connections of one loop to one server.
///
/// `query` and `execute` go over a few shared connections, many at a time in each; whoever needs a connection for itself
/// borrows one with `withConnection` or `withTransaction`. Used on its loop alone. Lost connections are replaced without
/// anybody asking; what can't be served waits in a line with a limit and a deadline, then fails with `poolExhausted`.
/// `close` it before the loop ends.
package final class PostgresPool: @unchecked Sendable {
    package let loop: Loop
    package let configuration: PostgresConfiguration
    let limits: PoolLimits
    let observe: PostgresObserver
    /// The configuration's, in nanoseconds: sums of durations take wide multiplications.
    private let queryDeadline: Int64

    private var machine: PoolMachine
    private var connections: [PostgresConnection?]
    /// Replaced, and on their last requests.
    private var leaving: [PostgresConnection] = []
    private var requests: WaitingLine<Request>
    private var borrowers: WaitingLine<Borrower>
    private var counts = PoolStatistics()
    /// Nil once the pool is closed; until then it holds the pool.
    private var tick: Timer?
    private var nextCare = Moment.never
    private var closing: CheckedContinuation<Void, Never>?
    private var isTimeUp = false
    /// Attempts to connect, which end by their own deadline.
    private var attempts: [Int: Task<Void, Never>] = [:]

    /// Connects at once, in the background; nothing waits for it.
    package init(
        _ configuration: PostgresConfiguration, on loop: Loop, limits: PoolLimits = PoolLimits(),
        observe: @escaping PostgresObserver = { _ in }
    ) {
        loop.checkIsolated()
        self.loop = loop
        self.configuration = configuration
        self.limits = limits
        self.observe = observe
        queryDeadline = configuration.queryDeadline.wholeNanoseconds
        machine = PoolMachine(limits)
        connections = Array(repeating: nil, count: limits.shared + limits.exclusive)
        requests = WaitingLine(limit: limits.waiting)
        borrowers = WaitingLine(limit: limits.waiting)
        nextCare = Moment.now + limits.probeInterval
        tick = Timer { [self] in ticked() }
        // Without work and without failures nothing else would wake us to look after quiet connections.
        wakeUp(at: nextCare)
        connectWhatIsDue()
    }

    package var statistics: PoolStatistics {
        var statistics = counts
        statistics.connectionsOpen = machine.openCount
        statistics.connectionsLent = machine.lentCount
        statistics.isSilent = isSilent
        statistics.requestsInFlight = connections.reduce(0) { $0 + ($1?.inFlight ?? 0) }
        statistics.requestsWaiting = requests.count
        statistics.borrowersWaiting = borrowers.count
        return statistics
    }

    // MARK: - Point statements

    /// Runs one statement that finds or checks something. Reads asked for in one turn of the loop go out together and
    /// share a Sync; a statement that does not plainly read gets its own.
    ///
    /// Cancelling the task cancels the statement, at the latest some milliseconds on. `timeout` counts from now, waiting included.
    package func query(_ sql: consuming SQL, timeout: Duration? = nil, site: StaticString = #function) async throws
        -> PostgresRows
    {
        let request = request(sql, .shared, timeout, site)
        try await request.runBriefly(on: loop) { submit(request) }
        guard let rows = request.rows else { throw PostgresError(.unexpectedAnswer).at(site) }
        return rows
    }

    /// Runs one statement that changes something, in a transaction of its own; it is committed when this returns.
    @discardableResult
    package func execute(_ sql: consuming SQL, timeout: Duration? = nil, site: StaticString = #function) async throws
        -> PostgresRows
    {
        let request = request(sql, .own, timeout, site)
        try await request.runBriefly(on: loop) { submit(request) }
        guard let rows = request.rows else { throw PostgresError(.unexpectedAnswer).at(site) }
        return rows
    }

    private func request(
        _ sql: consuming SQL, _ sync: Request.Sync, _ timeout: Duration?, _ site: StaticString
    ) -> Request {
        loop.checkIsolated()
        let deadline = timeout.map { loop.turn + $0 } ?? loop.turn.advanced(by: queryDeadline)
        return Request(sql, sync: sync, site: site, deadline: deadline)
    }

    func submit(_ request: Request) {
        guard machine.isOpen else { return request.fail(PostgresError(.closed)) }
        if requests.count == 0, let connection = leastBusy() { return connection.submit(request) }
        request.deadline = min(request.deadline, Moment.now + limits.waitDeadline)
        guard requests.append(request) else {
            counts.requestsRefused += 1
            return request.fail(PostgresError(.poolExhausted))
        }
        wakeUp(at: request.deadline)
        // The line may be long.
        request.attend()
    }

    private func leastBusy() -> PostgresConnection? {
        var best: PostgresConnection?
        var least = limits.requestsPerConnection
        for place in 0..<limits.shared {
            guard let connection = connections[place], connection.inFlight < least else { continue }
            best = connection
            least = connection.inFlight
        }
        return best
    }

    private func serveRequests() {
        while requests.count > 0, let connection = leastBusy(), let request = requests.next() {
            connection.submit(request)
        }
    }

    // MARK: - Borrowing

    func borrow(_ deadline: Duration?) async throws -> (place: Int, connection: PostgresConnection) {
        loop.checkIsolated()
        let borrower = Borrower(deadline: Moment.now + (deadline ?? limits.waitDeadline))
        let place = try await borrower.wait(on: loop) { queue($0) }
        guard let connection = connections[place] else { preconditionFailure("place \(place) was lent empty") }
        return (place, connection)
    }

    private func queue(_ borrower: Borrower) {
        guard machine.isOpen else { return borrower.refused(PostgresError(.closed)) }
        if borrowers.count == 0, let place = machine.lend() { return borrower.lent(place) }
        guard borrowers.append(borrower) else {
            counts.requestsRefused += 1
            return borrower.refused(PostgresError(.poolExhausted))
        }
        wakeUp(at: borrower.waitDeadline)
        connectWhatIsDue()
    }

    /// Gives back what `borrow` gave, as soon as the connection is quiet; closes it where its state is not as it was.
    func giveBack(_ place: Int, _ connection: PostgresConnection, reuse: LeaseEnd) {
        if !connection.isOpen { return vacated(place, connection) }
        guard connection.isQuiet else {
            connection.onQuiet = { [self, unowned connection] in
                connection.onQuiet = nil
                giveBack(place, connection, reuse: reuse)
            }
            return
        }
        guard reuse == .reuse, !connection.isMarked, connection.isOutsideTransaction,
            machine.returned(place, now: Moment.now)
        else {
            connection.close()
            return vacated(place, connection)
        }
        serveBorrowers()
    }

    private func serveBorrowers() {
        while borrowers.count > 0, let place = machine.lend() {
            guard let borrower = borrowers.next() else {
                _ = machine.returned(place, now: Moment.now)
                return
            }
            borrower.lent(place)
        }
    }

    // MARK: - Making and losing connections

    private func connectWhatIsDue() {
        let now = Moment.now
        for place in machine.due(now: now, borrowersWaiting: borrowers.count) {
            // Lives until the connection is made or its deadline has passed; `close` cancels it.
            attempts[place] = Task(executorPreference: loop) { [self] in
                do {
                    connected(place, try await PostgresConnection.open(configuration, on: loop, observe))
                } catch {
                    failed(place, error as? PostgresError ?? PostgresError(.connectFailed), since: now)
                }
            }
        }
    }

    private func connected(_ place: Int, _ connection: PostgresConnection) {
        attempts[place] = nil
        guard machine.connected(place, now: Moment.now) else {
            connection.close()
            return endIfDrained()
        }
        counts.connectionsMade += 1
        unansweredSince = nil
        connections[place] = connection
        connection.isShared = machine.kind(of: place) == .shared
        connection.onEnd = { [self, unowned connection] error in
            if error != nil { counts.connectionsLost += 1 }
            ended(place, connection)
        }
        if connection.isShared {
            connection.onQuiet = { [self] in serveRequests() }
            serveRequests()
        } else {
            serveBorrowers()
        }
        connectWhatIsDue()
    }

    private func failed(_ place: Int, _ error: PostgresError, since began: Moment) {
        attempts[place] = nil
        if error.code == .connectDeadline { unansweredSince = began }
        counts.connectsFailed += 1
        let pause = machine.connectFailed(place, now: Moment.now, chance: .random(in: 0..<1))
        guard machine.isOpen else { return endIfDrained() }
        observe(.connectFailed(error, retryIn: pause))
        wakeUp(at: machine.pausedUntil)
    }

    /// A lent connection keeps its place until its borrower gives it back.
    private func ended(_ place: Int, _ connection: PostgresConnection) {
        leaving.removeAll { $0 === connection }
        if connections[place] === connection {
            if case .lent = machine.places[place] { return }
            vacated(place, connection)
        }
        endIfDrained()
    }

    private func vacated(_ place: Int, _ connection: PostgresConnection) {
        if connections[place] === connection {
            connections[place] = nil
            machine.lost(place)
        }
        connectWhatIsDue()
        endIfDrained()
    }

    // MARK: - Time

    private var tickAt = Moment.never

    private func wakeUp(at moment: Moment) {
        let moment = min(moment, nextCare)
        guard let tick, moment < tickAt || !tick.isArmed else { return }
        tickAt = moment
        loop.arm(tick, at: moment)
    }

    private func ticked() {
        tickAt = .never
        guard machine.isOpen else { return }
        let now = Moment.now
        for request in requests.overdue(at: now) { request.fail(PostgresError(.poolExhausted)) }
        for borrower in borrowers.overdue(at: now) { borrower.refused(PostgresError(.poolExhausted)) }
        if now >= nextCare {
            nextCare = now + limits.probeInterval
            care(now: now)
        }
        connectWhatIsDue()
        var next = nextCare
        if machine.pausedUntil > now { next = min(next, machine.pausedUntil) }
        if requests.count > 0 || borrowers.count > 0 { next = min(next, now + Self.lineCheck) }
        wakeUp(at: next)
    }

    /// While somebody waits, deadlines are looked at this often.
    private static let lineCheck = Duration.milliseconds(100)

    private func care(now: Moment) {
        var isAsked = false
        for care in machine.care(now: now) {
            switch care {
            case .probe(let place): isAsked = probe(place) || isAsked
            case .retire(let place): retire(place)
            case .replace(let place): replace(place)
            }
        }
        if !isAsked { wonder(now: now) }
    }

    private func retire(_ place: Int) {
        let connection = connections[place]
        connections[place] = nil
        connection?.close()
    }

    private func replace(_ place: Int) {
        guard let connection = connections[place] else { return }
        connections[place] = nil
        guard !connection.isQuiet else { return connection.close() }
        leaving.append(connection)
        connection.onQuiet = { [unowned connection] in connection.close() }
    }

    // MARK: - Silence

    /// Since when the server owes an answer to a probe or an attempt to connect, if one was given up on.
    private var unansweredSince: Moment?
    /// The place, in `attempts`, of a connection that is made only to see whether the server answers.
    private static let soundingPlace = -1

    private var isSilent: Bool {
        guard let unansweredSince else { return false }
        return !connections.contains { ($0?.heard ?? unansweredSince) > unansweredSince }
    }

    /// A half-open connection gives no sign by itself. One that is busy can't be asked. Answers whether it was.
    private func probe(_ place: Int) -> Bool {
        guard let connection = connections[place], connection.inFlight == 0 else { return false }
        let now = Moment.now
        let request = Request("SELECT 1", sync: .own, site: #function, deadline: now + limits.probeAnswer)
        request.receiver = .callback { [self] error in
            if error?.code == .queryDeadline { unansweredSince = now }
            if error != nil, connection.isOpen { return connection.close(PostgresError(.connectionLost)) }
            machine.probed(place)
            serveBorrowers()
        }
        connection.submit(request)
        return true
    }

    /// All connections are busy. If none has heard anything either, a new one shows whether the server still answers.
    private func wonder(now: Moment) {
        guard attempts[Self.soundingPlace] == nil, let heard = connections.compactMap({ $0?.heard }).max(),
            now - heard >= limits.probeInterval
        else { return }
        var sounding = configuration
        sounding.connectDeadline = limits.probeAnswer
        // Lives until the connection is made or its deadline has passed; `close` cancels it.
        attempts[Self.soundingPlace] = Task(executorPreference: loop) { [self, sounding] in
            do {
                try await PostgresConnection.open(sounding, on: loop, { _ in }).close()
                unansweredSince = nil
            } catch {
                if (error as? PostgresError)?.code == .connectDeadline {
                    unansweredSince = now
                    observe(.serverSilent(PostgresError(.serverSilent)))
                }
            }
            attempts[Self.soundingPlace] = nil
            endIfDrained()
        }
    }

    // MARK: - Closing

    /// Takes nothing new, lets what runs end until `deadline`, then closes everything. Who waits in line is refused.
    package func close(within deadline: Duration = .seconds(5)) async {
        loop.checkIsolated()
        guard machine.isOpen else { return }
        for place in machine.closed() {
            connections[place]?.close()
            connections[place] = nil
        }
        for request in requests.removeAll() { request.fail(PostgresError(.closed)) }
        for borrower in borrowers.removeAll() { borrower.refused(PostgresError(.closed)) }
        for attempt in attempts.values { attempt.cancel() }
        for place in 0..<limits.shared {
            guard let connection = connections[place] else { continue }
            if connection.isQuiet {
                connection.close()
            } else {
                connection.onQuiet = { [unowned connection] in connection.close() }
            }
        }
        if let tick { loop.disarm(tick) }
        tick = nil
        let enough = loop.after(deadline) { [self] in closeTheRest() }
        await withCheckedContinuation { continuation in
            closing = continuation
            endIfDrained()
        }
        loop.disarm(enough)
    }

    private func closeTheRest() {
        for connection in connections { connection?.close(PostgresError(.closed)) }
        for connection in leaving { connection.close(PostgresError(.closed)) }
        isTimeUp = true
        endIfDrained()
    }

    /// Attempts to connect are cancelled and waited for in any case: a task that is left behind would miss its loop.
    private func endIfDrained() {
        guard !machine.isOpen, attempts.isEmpty, isTimeUp || (machine.isEmpty && leaving.isEmpty), let closing else {
            return
        }
        self.closing = nil
        closing.resume()
    }
}
