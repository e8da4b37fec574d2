import CPostgres
import Loop

/// From bytes to answers, each for whom it is owed to.
extension PostgresConnection {
    func ready(_ readiness: Readiness) {
        guard isOpen else { return }
        if readiness.contains(.writable) {
            flush()
            guard isOpen else { return }
        }
        guard interest.contains(.readable) || !readiness.isDisjoint(with: [.error, .hangup]) else { return }
        guard handle.consumeInput() else { return receiveLastWords() }
        heard = loop.turn
        receive()
        guard isOpen else { return }
        if handle.isBad { return close(lost()) }
        // Notifications may also ride on the answers just read.
        while isOpen, let notification = handle.nextNotification() { onNotification?(notification) }
    }

    /// The socket has failed; what arrived before may hold the reason.
    func receiveLastWords() {
        let error = lost()
        receive()
        if isOpen { close(error) }
    }

    func receive() {
        while isOpen, let owed = pipeline.next {
            if isForStreams, !mayGoOnStreaming() { return }
            if handle.isBusy { return }
            let result = unsafe handle.nextResult()
            // A broken connection answers "nothing more" for ever: no Sync will come.
            if unsafe result == nil, owed == .sync, handle.isBad { return }
            unsafe take(result)
        }
        if isOpen, pipeline.isEmpty, isQuiet { onQuiet?() }
    }

    /// Answers whether there is room for more rows, if a stream's come next.
    private func mayGoOnStreaming() -> Bool {
        guard let stream = pipeline.nextTicket?.stream, pipeline.next == .lastExecution else { return true }
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
        loop.atEndOfTurn { [self] in if isOpen { receive() } }
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
            segmentFailure = segmentFailure ?? Complaint(error)
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
}
