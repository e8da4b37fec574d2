import Loop

/// One statement, or a batch of them, on its way: from the task that asked to the connection and back.
///
/// Belongs to the loop of its pool or connection; only `cancelled` is reached from elsewhere, and goes there first.
final class Request: @unchecked Sendable {
    /// How a segment of the pipeline is ended behind this request.
    enum Sync {
        /// With whatever else is sent in the same turn, if the statement plainly only reads.
        case shared
        /// At once: nobody else's error undoes it.
        case own
    }

    /// Who is told the end of it.
    @safe enum Receiver {
        case nobody
        /// Told true at the end, false where it shall wait on with a cancellation handler.
        case task(UnsafeContinuation<Bool, any Error>)
        /// A task that was told to wait on, and does not yet.
        case returning
        case callback((PostgresError?) -> Void)
    }

    let sql: SQL
    let more: [SQL]
    let site: StaticString
    /// A statement whose rows go out one by one.
    let stream: RowStream?
    var sync: Sync
    /// Cancelling the task does not touch it: COMMIT and ROLLBACK.
    let isShielded: Bool
    /// The first statement is of our own making: it sets what holds for the transaction of all of them.
    let hasLocalSettings: Bool

    var receiver = Receiver.nobody
    var deadline: Moment
    private(set) var rows: PostgresRows?
    private(set) var moreRows: [PostgresRows] = []
    /// What the server said about a statement of this request.
    var failure: PostgresError? {
        get { complaint?.error }
        set { complaint = newValue.map(Complaint.init) }
    }
    /// Apart, because hardly any request has one and it is large.
    private var complaint: Complaint?
    /// Where it was sent to.
    var connection: PostgresConnection?

    /// Its task waits without a cancellation handler, for which a statement that is over at once would pay in vain. Since then.
    private(set) var unattendedSince: Moment?
    /// The end that came while the task was returning.
    private var early: Result<Bool, any Error>?

    /// Nobody waits for the result any more, or wants it to come soon.
    private(set) var isAbandoned = false
    var isCancelRequested = false
    var wasSentAgain = false
    /// How often it was hit by a cancel request that was meant for another; after `strikesMax` it fails.
    static let strikesMax = 16
    var strikes = 0

    init(
        _ sql: SQL, _ more: [SQL] = [], sync: Sync, site: StaticString, deadline: Moment, stream: RowStream? = nil,
        isShielded: Bool = false, hasLocalSettings: Bool = false
    ) {
        self.sql = sql
        self.more = more
        self.sync = sync
        self.site = site
        self.deadline = deadline
        self.stream = stream
        self.isShielded = isShielded
        self.hasLocalSettings = hasLocalSettings
    }

    var isWanted: Bool { if case .nobody = receiver { false } else { true } }

    // MARK: - From the connection

    func received(_ rows: PostgresRows) {
        if let stream { return stream.received(rows) }
        if self.rows == nil { self.rows = rows } else { moreRows.append(rows) }
    }

    /// Before it is sent again: whatever came is void.
    func startOver() {
        rows = nil
        moreRows = []
        failure = nil
    }

    func succeed() {
        connection = nil
        switch take() {
        case .nobody: break
        case .task(let continuation):
            if isAbandoned {
                unsafe continuation.resume(throwing: CancellationError())
            } else {
                unsafe continuation.resume(returning: true)
            }
        case .returning: early = isAbandoned ? .failure(CancellationError()) : .success(true)
        case .callback(let callback): callback(nil)
        }
    }

    func fail(_ error: PostgresError) {
        connection = nil
        switch take() {
        case .nobody: break
        case .task(let continuation): unsafe continuation.resume(throwing: reason(error))
        case .returning: early = .failure(reason(error))
        case .callback(let callback): callback(error.at(site))
        }
    }

    private func reason(_ error: PostgresError) -> any Error { isAbandoned ? CancellationError() : error.at(site) }

    private func take() -> Receiver {
        unattendedSince = nil
        let taken = receiver
        receiver = .nobody
        return taken
    }

    // MARK: - Giving up

    /// Tells the task now that time is over; whatever the server still sends is thrown away. It has until `grace`.
    func expire(grace: Moment) {
        failure = nil
        let connection = connection
        fail(PostgresError(.queryDeadline))
        self.connection = connection
        isAbandoned = true
        deadline = grace
    }

    /// The task was cancelled. On the loop's thread.
    func cancelled() {
        guard isWanted, !isAbandoned, !isShielded else { return }
        isAbandoned = true
        if let connection {
            connection.abandoned(self)
        } else {
            // Still in a line, which drops what nobody wants.
            fail(PostgresError(.closed))
        }
    }

    /// Suspends the task until the end of this request; `submit` sends or queues it, on the loop.
    func run(on loop: Loop, _ submit: () -> Void) async throws {
        try await withTaskCancellationHandler {
            _ = unsafe try await withUnsafeThrowingContinuation { continuation in
                receiver = unsafe .task(continuation)
                if isAbandoned || (Task.isCancelled && !isShielded) { return refuse() }
                submit()
            }
        } onCancel: {
            loop.execute { [self] in cancelBeforeOrAfter() }
        }
    }

    /// The same for what is mostly over in less time than a cancellation handler takes to pay: who sends it hands it over to
    /// one (`attend`) if it takes longer, so that a cancellation is noticed a few milliseconds late and no later.
    @inline(__always)
    func runBriefly(on loop: Loop, _ submit: () -> Void) async throws {
        let isOver = unsafe try await withUnsafeThrowingContinuation {
            (continuation: UnsafeContinuation<Bool, any Error>) in
            receiver = unsafe .task(continuation)
            if Task.isCancelled { return refuse() }
            unattendedSince = loop.turn
            submit()
        }
        if !isOver { try await waitOn(loop) }
    }

    private func refuse() {
        isAbandoned = true
        fail(PostgresError(.closed))
    }

    /// Lets the task come back for its cancellation handler.
    func attend() {
        guard unattendedSince != nil, case .task(let continuation) = receiver else { return }
        unattendedSince = nil
        receiver = .returning
        unsafe continuation.resume(returning: false)
    }

    private func waitOn(_ loop: Loop) async throws {
        try await withTaskCancellationHandler {
            _ = unsafe try await withUnsafeThrowingContinuation { continuation in
                // It may have ended while the task was on its way to here.
                if let early { return unsafe continuation.resume(with: early) }
                receiver = unsafe .task(continuation)
            }
        } onCancel: {
            loop.execute { [self] in cancelled() }
        }
    }

    private func cancelBeforeOrAfter() {
        if isWanted { cancelled() } else if connection == nil, !isShielded { isAbandoned = true }
    }
}
