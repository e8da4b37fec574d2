import CPostgres
import Loop

/// One connection in permanent pipeline mode: requests go out in order, answers come back in order.
///
/// Lives on its loop's thread alone: that is why `@unchecked` holds. Reads of one turn share a Sync, everything else has
/// its own; a request ends when its Sync is answered. Whenever the state of the stream is in doubt the connection closes,
/// and everyone on it is told so.
final class PostgresConnection: Watcher, @unchecked Sendable {
    let loop: Loop
    let configuration: PostgresConfiguration
    let observe: PostgresObserver
    private var handle: Handle
    /// Kept, because libpq forgets it when it notices the end.
    private let descriptor: Int32
    let backend: Int32
    let born = Moment.now

    private var pipeline = Pipeline<Request>()
    private var settled: [(ticket: Request, outcome: Pipeline<Request>.Outcome)] = []
    private var statements: StatementCache
    private var disposals: [StatementCache.Prepared] = []
    private var extensions = ExtensionTypes()
    /// Requests sent and not settled.
    private(set) var inFlight = 0
    private(set) var isOpen = true

    /// Statements are sent that no Sync follows yet.
    private var isSegmentOpen = false
    private var isFlushDue = false
    private var interest = Readiness.readable
    private lazy var flushing: () -> Void = { [weak self] in self?.flush() }
    private lazy var patience = Timer { [weak self] in self?.patienceEnded() }
    /// The first failure of the segment being answered, which bystanders may be told.
    private var segmentFailure: PostgresError?
    private var stream: RowStream?
    private var isStreamStarted = false

    private(set) var cancelsUnderWay = 0
    private var cancelReport: CancelReport?
    private var syncsOwed = 0
    /// How many more segments a cancel request may hit that was meant for another: those on their way when it was passed
    /// on, and the next one, because the server's process hears of it a little later.
    private var strikable = 0

    /// Many share this connection: nobody may leave a transaction open.
    var isShared = false
    var onNotification: ((PostgresNotification) -> Void)?
    /// Told once, when the connection has ended; nil when it was closed on purpose.
    var onEnd: ((PostgresError?) -> Void)?
    /// Told when everything sent has been answered and no cancel request is under way.
    var onQuiet: (() -> Void)?

    init(
        _ handle: consuming Handle, on loop: Loop, _ configuration: PostgresConfiguration,
        _ observe: @escaping PostgresObserver
    ) {
        self.loop = loop
        self.configuration = configuration
        self.observe = observe
        descriptor = handle.socket
        backend = handle.backend
        if case .cached(let limit) = configuration.statementNames {
            statements = StatementCache(limit: limit)
        } else {
            statements = StatementCache(limit: 1)
        }
        self.handle = handle
    }

    var isQuiet: Bool { inFlight == 0 && cancelsUnderWay == 0 }
    var isOutsideTransaction: Bool { handle.isOutsideTransaction }
    var isEncrypted: Bool { handle.isEncrypted }
    var serverVersion: Int32 { handle.serverVersion }

    /// Makes a fresh handle ready for requests. Throws if the loop can't watch it.
    func begin() throws(SystemError) {
        // The connection finishes the handle before it goes: libpq never calls with a dead context.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe handle.setNoticeReceiver(context) { context, result in
            guard let context = unsafe context, let result = unsafe result else { return }
            let connection = unsafe Unmanaged<PostgresConnection>.fromOpaque(context).takeUnretainedValue()
            connection.observe(unsafe PostgresError.notice(result))
        }
        try loop.watch(descriptor, for: .readable, self)
    }

    // MARK: - Sending

    /// Sends at once. Sending and noting what is owed is one step: nothing comes between.
    func submit(_ request: Request) {
        if let failure = request.sql.failure { return request.fail(PostgresError(failure)) }
        for sql in request.more { if let failure = sql.failure { return request.fail(PostgresError(failure)) } }
        guard isOpen else { return request.fail(PostgresError(.closed)) }
        request.connection = self
        inFlight += 1
        if let stream = request.stream { stream.connection = self }
        let mayShare = request.sync == .shared && request.more.isEmpty
        let isSent =
            configuration.statementNames == .unnamed
            ? sendUnnamed(request, mayShare: mayShare) : sendNamed(request, mayShare: mayShare)
        guard isSent else {
            // Part of it may be on its way: the stream can't be trusted any more.
            pipeline.sent(.execution(request, isLast: true))
            return close(lost())
        }
        if request.deadline < deadlineArmed { arm(request.deadline) }
        if !isFlushDue {
            isFlushDue = true
            loop.atEndOfTurn(flushing)
        }
    }

    private func sendNamed(_ request: Request, mayShare: Bool) -> Bool {
        var known = statements.find(request.sql)
        var isNew = false
        if known == nil {
            if isShared, request.sql.opensTransaction { return refused(request) }
            known = add(request.sql)
            isNew = true
        }
        guard var prepared = known else { return false }
        let shares = mayShare && prepared.isPlainRead
        if !shares, isSegmentOpen, !sync() { return false }
        if isNew, !prepare(prepared, request) { return false }
        guard handle.sendPrepared(prepared.name, request.sql.binds, extensions) else { return false }
        pipeline.sent(.execution(request, isLast: request.more.isEmpty))
        for (index, sql) in request.more.enumerated() {
            if let found = statements.find(sql) {
                prepared = found
            } else {
                prepared = add(sql)
                guard prepare(prepared, request) else { return false }
            }
            guard handle.sendPrepared(prepared.name, sql.binds, extensions) else { return false }
            pipeline.sent(.execution(request, isLast: index == request.more.count - 1))
        }
        isSegmentOpen = true
        return shares || sync()
    }

    private func refused(_ request: Request) -> Bool {
        inFlight -= 1
        request.fail(PostgresError(.transactionOnSharedConnection))
        return true
    }

    private func add(_ sql: SQL) -> StatementCache.Prepared {
        let (added, evicted) = statements.add(sql)
        if let evicted { disposals.append(evicted) }
        return added
    }

    private func prepare(_ prepared: StatementCache.Prepared, _ request: Request) -> Bool {
        let types = prepared.sql.bindTypes.map { extensions.oid(of: $0) }
        guard handle.sendPrepare(prepared.name, prepared.sql.text, types) else { return false }
        pipeline.sent(.preparation(request, prepared))
        return true
    }

    private func sendUnnamed(_ request: Request, mayShare: Bool) -> Bool {
        if isShared, request.sql.opensTransaction { return refused(request) }
        let shares = mayShare && request.sql.isPlainRead
        if !shares, isSegmentOpen, !sync() { return false }
        let all = [request.sql] + request.more
        for (index, sql) in all.enumerated() {
            let types = sql.bindTypes.map { extensions.oid(of: $0) }
            guard handle.send(sql.text, types, sql.binds, extensions) else { return false }
            pipeline.sent(.execution(request, isLast: index == all.count - 1))
        }
        isSegmentOpen = true
        return shares || sync()
    }

    private func sync() -> Bool {
        isSegmentOpen = false
        guard handle.sendSync() else { return false }
        pipeline.sent(.sync)
        syncsOwed += 1
        return true
    }

    /// Evicted statements leave the server in a segment of their own, so that they can do no harm to others.
    private func sendDisposals() -> Bool {
        guard !disposals.isEmpty, handle.isOutsideTransaction || isShared else { return true }
        if isSegmentOpen, !sync() { return false }
        let due = disposals
        disposals.removeAll()
        for prepared in due {
            guard handle.send("DEALLOCATE \(prepared.name.text)", [], Binds(reserving: 0), extensions) else {
                return false
            }
            pipeline.sent(.disposal(prepared))
            guard sync() else { return false }
        }
        return true
    }

    private func flush() {
        isFlushDue = false
        guard isOpen else { return }
        if isSegmentOpen, !sync() { return close(lost()) }
        guard sendDisposals() else { return close(lost()) }
        switch handle.flush() {
        case .done: watch(interest.subtracting(.writable))
        case .more: watch(interest.union(.writable))
        case .failed: receiveLastWords()
        }
    }

    private func watch(_ wanted: Readiness) {
        guard wanted != interest else { return }
        interest = wanted
        loop.rewatch(descriptor, for: wanted)
    }

    // MARK: - Receiving

    func ready(_ readiness: Readiness) {
        guard isOpen else { return }
        if readiness.contains(.writable) {
            flush()
            guard isOpen else { return }
        }
        guard interest.contains(.readable) || !readiness.isDisjoint(with: [.error, .hangup]) else { return }
        guard handle.consumeInput() else { return receiveLastWords() }
        receive()
        guard isOpen else { return }
        if handle.isBad { return close(lost()) }
        // Notifications may also ride on the answers just read.
        while isOpen, let notification = handle.nextNotification() { onNotification?(notification) }
    }

    /// The socket has failed; what arrived before may hold the reason.
    private func receiveLastWords() {
        let error = lost()
        receive()
        if isOpen { close(error) }
    }

    private func receive() {
        while isOpen, let owed = pipeline.next {
            if case .execution(let request, _) = owed, let stream = request.stream, !startStreaming(stream) { return }
            if handle.isBusy { return }
            let result = unsafe handle.nextResult()
            // A broken connection answers "nothing more" for ever: no Sync will come.
            if unsafe result == nil, case .sync = owed, handle.isBad { return }
            unsafe take(result)
        }
        if isOpen, pipeline.isEmpty, isQuiet { onQuiet?() }
    }

    /// Answers whether there is room for more rows.
    private func startStreaming(_ stream: RowStream) -> Bool {
        if self.stream !== stream {
            self.stream = stream
            isStreamStarted = handle.receiveRowByRow()
        }
        guard stream.isFull else { return true }
        watch(interest.subtracting(.readable))
        return false
    }

    /// The reader of a stream has made room.
    func rowsTaken() {
        guard isOpen, !interest.contains(.readable) else { return }
        watch(interest.union(.readable))
        // libpq may already hold rows, for which no socket will ever become readable. Not from here: the reader is running.
        loop.atEndOfTurn { [weak self] in
            guard let self, isOpen else { return }
            receive()
        }
    }

    private func take(_ result: OpaquePointer?) {
        guard let result = unsafe result else { return perform(pipeline.received(.end)) }
        switch unsafe PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY:
            // Takes the result over, whatever becomes of it.
            let rows = unsafe PostgresRows(owning: result, extensions)
            let step = pipeline.received(.result)
            if case .deliver(let request) = step { request.received(rows) } else { perform(step) }
        case PGRES_PIPELINE_SYNC:
            unsafe PQclear(result)
            perform(pipeline.received(.synced))
        case PGRES_PIPELINE_ABORTED:
            unsafe PQclear(result)
            perform(pipeline.received(.aborted))
        case PGRES_FATAL_ERROR:
            let error = unsafe PostgresError(result)
            unsafe PQclear(result)
            segmentFailure = segmentFailure ?? error
            perform(pipeline.received(.failure), error)
        default:
            unsafe PQclear(result)
            close(PostgresError(.unexpectedAnswer))
        }
    }

    private func perform(_ step: Pipeline<Request>.Step, _ error: PostgresError? = nil) {
        switch step {
        case .none, .deliver: break
        case .blame(let request): request.failure = request.failure ?? error
        case .notPrepared(let prepared, let request):
            statements.forget(prepared)
            if let request { request.failure = request.failure ?? error }
        case .notDisposed(let prepared): disposals.append(prepared)
        case .blameSegment: break
        case .settle: settle()
        case .unexpected: close(PostgresError(.unexpectedAnswer))
        }
    }

    // MARK: - Settling

    private func settle() {
        var batch = settled
        settled = []
        pipeline.takeSettled(into: &batch)
        let failure = segmentFailure
        segmentFailure = nil
        inFlight -= batch.count
        if stream != nil { stream = nil }
        let leavesTransactionOpen = isShared && handle.isInTransaction
        syncsOwed -= 1
        let wasStruck = cancelsUnderWay > 0 || strikable > 0
        strikable = max(0, strikable - 1)
        for (request, outcome) in batch {
            switch outcome {
            case .done where leavesTransactionOpen: request.fail(PostgresError(.transactionOnSharedConnection))
            case .done: request.succeed()
            case .bystander: sendAgain(request, or: failure ?? PostgresError(.unexpectedAnswer))
            case .failed:
                let error = request.failure ?? failure ?? PostgresError(.unexpectedAnswer)
                failed(request, error, wasStruck: wasStruck)
            }
        }
        batch.removeAll(keepingCapacity: true)
        settled = batch
        if leavesTransactionOpen { return close(PostgresError(.transactionOnSharedConnection)) }
        cancelNextIfAbandoned()
    }

    /// A failed statement had no effect, so two kinds may be sent again, once, outside a transaction: one whose prepared
    /// form the server has lost or finds outdated, and one that was hit by a cancel request meant for another.
    private func failed(_ request: Request, _ error: PostgresError, wasStruck: Bool) {
        let isOutdated = error.sqlState == .invalidStatementName || error.routine == "RevalidateCachedQuery"
        if isOutdated {
            for sql in [request.sql] + request.more {
                guard let prepared = statements.find(sql) else { continue }
                statements.forget(prepared)
                if error.sqlState != .invalidStatementName { disposals.append(prepared) }
            }
        }
        let isInnocent = wasStruck && error.sqlState == .queryCanceled && !request.isCancelRequested
        guard isOutdated || isInnocent, isShared || handle.isOutsideTransaction, request.stream == nil else {
            return request.fail(error)
        }
        if isOutdated, !request.wasSentAgain { observe(.preparedAgain(site: request.site.description)) }
        sendAgain(request, or: error, isInnocent ? .struck : .once)
    }

    private enum Reason {
        case once
        /// By a cancel request meant for another: may happen to the same request more than once.
        case struck
    }

    private func sendAgain(_ request: Request, or error: PostgresError, _ reason: Reason = .once) {
        let mayBeSent =
            switch reason {
            case .once: !request.wasSentAgain
            case .struck: request.strikes < Request.strikesMax
            }
        guard mayBeSent, request.isWanted, !request.isAbandoned, isOpen else { return request.fail(error) }
        if reason == .struck { request.strikes += 1 } else { request.wasSentAgain = true }
        request.startOver()
        request.sync = .own
        submit(request)
    }

    // MARK: - Giving up

    private var deadlineArmed = Moment.never

    private func arm(_ deadline: Moment) {
        deadlineArmed = deadline
        loop.arm(patience, at: deadline)
    }

    /// One timer for all requests: armed for the earliest, and when it fires, for the earliest that is left.
    private func patienceEnded() {
        deadlineArmed = .never
        guard isOpen else { return }
        let now = Moment.now
        var earliest = Moment.never
        var isSilent = false
        var overdue: [Request] = []
        pipeline.forEachTicket { request in
            if request.deadline > now {
                earliest = min(earliest, request.deadline)
            } else if request.isAbandoned {
                isSilent = true
            } else {
                overdue.append(request)
            }
        }
        let grace = now + configuration.cancelGrace
        for request in overdue { request.expire(grace: grace) }
        if !overdue.isEmpty { earliest = min(earliest, grace) }
        // It had its time and the grace: a server that does not even cancel is as good as gone.
        if isSilent { return close(PostgresError(.connectionLost)) }
        if earliest != .never { arm(earliest) }
        cancelNextIfAbandoned()
    }

    /// The task of `request` was cancelled.
    func abandoned(_ request: Request) {
        request.deadline = min(request.deadline, Moment.now + configuration.cancelGrace)
        if request.deadline < deadlineArmed { arm(request.deadline) }
        cancelNextIfAbandoned()
    }

    /// Only the statement that the server is working at can be cancelled without hitting another.
    private func cancelNextIfAbandoned() {
        guard isOpen, let request = pipeline.nextTicket, request.isAbandoned, !request.isCancelRequested else { return }
        // One at a time; the end of this one looks for the next.
        guard cancelsUnderWay == 0 else { return }
        request.isCancelRequested = true
        guard let canceller = handle.canceller() else { return observe(.cancelFailed(backend: backend)) }
        cancelsUnderWay += 1
        observe(.cancelRequested(backend: backend))
        let report = CancelReport(to: loop) { [weak self] in self?.cancelEnded($0) }
        cancelReport = report
        do {
            // It may outlive the loop; the report decides who still hears of it.
            try BlockingLanes.cancels.get().give { report.deliver(canceller.request()) }
        } catch {
            // No thread or a full lane: the connection is closed when the grace is over.
            report.deliver(false)
        }
    }

    private func cancelEnded(_ isPassedOn: Bool) {
        cancelsUnderWay -= 1
        strikable = syncsOwed + 1
        cancelReport = nil
        if !isPassedOn { observe(.cancelFailed(backend: backend)) }
        askAgainIfStillRunning()
        if isOpen, pipeline.isEmpty, isQuiet { onQuiet?() }
    }

    /// How long a cancel request may take to show before it is repeated.
    private static let cancelPatience = Duration.milliseconds(50)

    /// The server ignores a cancel request that overtakes its statement: so it is repeated, until the statement ends or
    /// the grace does.
    private func askAgainIfStillRunning() {
        guard isOpen, let request = pipeline.nextTicket, request.isAbandoned else { return }
        guard request.isCancelRequested else { return cancelNextIfAbandoned() }
        loop.after(Self.cancelPatience) { [weak self, weak request] in
            guard let self, let request, isOpen, pipeline.nextTicket === request else { return }
            request.isCancelRequested = false
            cancelNextIfAbandoned()
        }
    }

    // MARK: - The end

    private func lost() -> PostgresError {
        var error = PostgresError(.connectionLost)
        error.serverMessage = handle.errorMessage
        return error
    }

    /// Everyone on the way is told `error`, unless the server told them something of their own.
    func close(_ error: PostgresError? = nil) {
        guard isOpen else { return }
        isOpen = false
        cancelReport?.forget()
        cancelReport = nil
        cancelsUnderWay = 0
        loop.unwatch(descriptor)
        loop.disarm(patience)
        handle.finish()
        let reason = error ?? segmentFailure ?? PostgresError(.closed)
        let ownWords = segmentFailure?.isConnectionLoss == true ? segmentFailure : nil
        inFlight = 0
        for request in pipeline.abandon() { request.fail(request.failure ?? ownWords ?? reason) }
        observe(.disconnected(backend: backend, error: error.map { ownWords ?? $0 }))
        onQuiet = nil
        let onEnd = onEnd
        self.onEnd = nil
        onEnd?(error.map { ownWords ?? $0 })
    }
}

extension PostgresConnection {
    /// The types of extensions have numbers of their own in each database.
    func learnExtensionTypes() async throws {
        let request = Request(
            """
            SELECT coalesce(to_regtype('vector')::oid, 0), coalesce(to_regtype('halfvec')::oid, 0),
                coalesce(to_regtype('vector[]')::oid, 0), coalesce(to_regtype('halfvec[]')::oid, 0)
            """, sync: .own, site: #function, deadline: Moment.now + configuration.connectDeadline)
        try await request.run(on: loop) { submit(request) }
        guard let rows = request.rows else { throw PostgresError(.unexpectedAnswer) }
        let (vector, halfvec, vectors, halfvecs) = try rows.one.decode(
            ObjectID.self, ObjectID.self, ObjectID.self, ObjectID.self)
        extensions = ExtensionTypes(
            vector: vector.number, halfvec: halfvec.number, vectorArray: vectors.number, halfvecArray: halfvecs.number)
    }
}
