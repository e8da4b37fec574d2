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
    let handle: Handle
    /// Kept, because libpq forgets it when it notices the end.
    let descriptor: Int32
    let backend: Int32
    /// When anything came from the server last.
    var heard = Moment.now

    var pipeline = Pipeline<Request>()
    var settled: [Pipeline<Request>.Settled] = []
    var statements: StatementCache
    var disposals: [StatementCache.Prepared] = []
    var extensions = ExtensionTypes()
    /// Requests sent and not settled.
    var inFlight = 0
    var isOpen = true

    /// Statements are sent that no Sync follows yet.
    var isSegmentOpen = false
    var isFlushDue = false
    var interest = Readiness.readable
    /// Armed only while the connection is open, when the loop holds it. No closure of ours holds it weakly: whatever has once
    /// been held so is counted the slow way for ever, and every request counts its connection several times.
    lazy var patience = Timer { [unowned self] in patienceEnded() }
    /// Armed while a request may wait without a cancellation handler.
    lazy var attention = Timer { [unowned self] in attendToWaiting() }
    var isAttentive = false
    /// The first failure of the segment being answered, which bystanders may be told.
    var segmentFailure: Complaint?
    /// The segment being answered is committed here, and not known to be so on the standby that it had to wait for.
    var isCommitDoubtful = false
    var stream: RowStream?
    var isStreamStarted = false
    /// A stream has been asked for on this connection.
    var isForStreams = false

    var cancelsUnderWay = 0
    var cancelReport: CancelReport?
    var syncsOwed = 0
    /// How many more segments a cancel request may hit that was meant for another: those on their way when it was passed
    /// on, and the next one, because the server's process hears of it a little later.
    var strikable = 0

    /// The earliest deadline that `patience` is armed for.
    var deadlineArmed = Moment.never

    /// Many share this connection: nobody may leave a transaction open, or change the session.
    var isShared = false
    /// A statement has changed the session, in ways that the next borrower would notice.
    var isMarked = false
    var onNotification: ((PostgresNotification) -> Void)?
    /// Told once, when the connection has ended; nil when it was closed on purpose.
    var onEnd: ((PostgresError?) -> Void)?
    /// Told when everything sent has been answered and no cancel request is under way.
    var onQuiet: (() -> Void)?

    init(
        _ handle: Handle, on loop: Loop, _ configuration: PostgresConfiguration,
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
            if unsafe PostgresError.saysCommitIsDoubtful(result) { connection.isCommitDoubtful = true }
            connection.observe(unsafe PostgresError.notice(result))
        }
        try loop.watch(descriptor, for: .readable, self)
    }

    // MARK: - The end

    func lost() -> PostgresError {
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
        loop.disarm(attention)
        handle.finish()
        let reason = error ?? segmentFailure?.error ?? PostgresError(.closed)
        let ownWords = segmentFailure?.error.isConnectionLoss == true ? segmentFailure?.error : nil
        inFlight = 0
        for request in pipeline.abandon() { request.fail(request.failure ?? ownWords ?? reason) }
        observe(.disconnected(backend: backend, error: error.map { ownWords ?? $0 }))
        onQuiet = nil
        let onEnd = onEnd
        self.onEnd = nil
        onEnd?(error.map { ownWords ?? $0 })
    }
}
