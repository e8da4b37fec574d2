/// What becomes of requests whose segment is over.
extension PostgresConnection {
    func settle() {
        var batch = settled
        settled = []
        pipeline.takeSettled(into: &batch)
        let complaint = segmentFailure
        if complaint != nil { segmentFailure = nil }
        let isDoubtful = isCommitDoubtful
        isCommitDoubtful = false
        inFlight -= batch.count
        if stream != nil { stream = nil }
        let leavesTransactionOpen = isShared && handle.isInTransaction
        syncsOwed -= 1
        let wasStruck = cancelsUnderWay > 0 || strikable > 0
        strikable = max(0, strikable - 1)
        for settled in batch {
            let request = settled.ticket
            switch settled.outcome {
            case .done where leavesTransactionOpen: request.fail(PostgresError(.transactionOnSharedConnection))
            case .done where isDoubtful: request.fail(PostgresError(.commitOutcomeUnknown))
            case .done: request.succeed()
            case .bystander: sendAgain(request, or: complaint?.error ?? PostgresError(.unexpectedAnswer))
            case .failed:
                let error = request.failure ?? complaint?.error ?? PostgresError(.unexpectedAnswer)
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
}
