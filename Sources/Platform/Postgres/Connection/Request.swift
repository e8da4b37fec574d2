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
        case task(UnsafeContinuation<Void, any Error>)
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
    var failure: PostgresError?
    /// Where it was sent to.
    var connection: PostgresConnection?

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
                unsafe continuation.resume()
            }
        case .callback(let callback): callback(nil)
        }
    }

    func fail(_ error: PostgresError) {
        connection = nil
        switch take() {
        case .nobody: break
        case .task(let continuation):
            if isAbandoned {
                unsafe continuation.resume(throwing: CancellationError())
            } else {
                unsafe continuation.resume(throwing: error.at(site))
            }
        case .callback(let callback): callback(error.at(site))
        }
    }

    private func take() -> Receiver {
        defer { receiver = .nobody }
        return receiver
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
            unsafe try await withUnsafeThrowingContinuation { continuation in
                receiver = unsafe .task(continuation)
                if isAbandoned || (Task.isCancelled && !isShielded) {
                    isAbandoned = true
                    return fail(PostgresError(.closed))
                }
                submit()
            }
        } onCancel: {
            loop.execute { [self] in cancelBeforeOrAfter() }
        }
    }

    private func cancelBeforeOrAfter() {
        if isWanted { cancelled() } else if connection == nil, !isShielded { isAbandoned = true }
    }
}
