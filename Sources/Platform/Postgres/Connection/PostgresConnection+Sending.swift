import Loop

/// From requests to bytes. Sending and noting what is owed is one step: nothing comes between.
extension PostgresConnection {
    /// Sends at once. Sending and noting what is owed is one step: nothing comes between.
    func submit(_ request: Request) {
        if let failure = request.sql.failure { return request.fail(failure.error) }
        for sql in request.more { if let failure = sql.failure { return request.fail(failure.error) } }
        guard isOpen else { return request.fail(PostgresError(.closed)) }
        request.connection = self
        inFlight += 1
        if let stream = request.stream {
            stream.connection = self
            isForStreams = true
        }
        let mayShare = request.sync == .shared && request.more.isEmpty
        let isSent =
            configuration.keepsStatements
            ? sendNamed(request, mayShare: mayShare) : sendUnnamed(request, mayShare: mayShare)
        guard isSent else {
            // Part of it may be on its way: the stream can't be trusted any more.
            pipeline.sent(.execution(request, isLast: true))
            return close(lost())
        }
        if request.deadline < deadlineArmed { arm(request.deadline) }
        if !isAttentive, request.unattendedSince != nil { beAttentive() }
        if !isFlushDue {
            isFlushDue = true
            loop.atEndOfTurn { [self] in flush() }
        }
    }

    private func sendNamed(_ request: Request, mayShare: Bool) -> Bool {
        if request.hasLocalSettings {
            for sql in request.more where !(statements.find(sql)?.leavesLocalSettings ?? sql.leavesLocalSettings) {
                return refuse(request, .sessionChangeRefused)
            }
        }
        var known = statements.find(request.sql)
        var isNew = false
        if known == nil {
            // What was prepared before was looked at then.
            if !request.hasLocalSettings, let reason = refusal(of: request.sql) { return refuse(request, reason) }
            known = add(request.sql)
            isNew = true
        }
        guard var prepared = known else { return false }
        let shares = mayShare && prepared.isPlainRead
        if !shares, isSegmentOpen, !sync() { return false }
        if isNew, !prepare(prepared, request) { return false }
        if prepared.changesSession { isMarked = true }
        guard handle.sendPrepared(prepared.name, request.sql.binds, extensions) else { return false }
        pipeline.sent(.execution(request, isLast: request.more.isEmpty))
        for (index, sql) in request.more.enumerated() {
            if let found = statements.find(sql) {
                prepared = found
            } else {
                prepared = add(sql)
                guard prepare(prepared, request) else { return false }
            }
            if prepared.changesSession { isMarked = true }
            guard handle.sendPrepared(prepared.name, sql.binds, extensions) else { return false }
            pipeline.sent(.execution(request, isLast: index == request.more.count - 1))
        }
        isSegmentOpen = true
        return shares || sync()
    }

    /// Who shares a session leaves it as it is: many at a time here, or one after the other behind a transaction pooler.
    private func refusal(of sql: SQL) -> PostgresError.Code? {
        if isShared, sql.opensTransaction { return .transactionOnSharedConnection }
        guard isShared || configuration.isBehindPooler else { return nil }
        return sql.touchesSession ? .sessionChangeRefused : nil
    }

    /// Nothing of it has been sent.
    private func refuse(_ request: Request, _ reason: PostgresError.Code) -> Bool {
        inFlight -= 1
        request.fail(PostgresError(reason))
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
        let all = [request.sql] + request.more
        if request.hasLocalSettings {
            for sql in request.more where !sql.leavesLocalSettings { return refuse(request, .sessionChangeRefused) }
        } else {
            for sql in all { if let reason = refusal(of: sql) { return refuse(request, reason) } }
        }
        let shares = mayShare && request.sql.isPlainRead
        if !shares, isSegmentOpen, !sync() { return false }
        for (index, sql) in all.enumerated() {
            if !isShared, !isMarked, sql.changesSession { isMarked = true }
            let types = sql.bindTypes.map { extensions.oid(of: $0) }
            guard handle.send(sql.text, types, sql.binds, extensions) else { return false }
            pipeline.sent(.execution(request, isLast: index == all.count - 1))
        }
        isSegmentOpen = true
        return shares || sync()
    }

    func sync() -> Bool {
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

    func flush() {
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

    func watch(_ wanted: Readiness) {
        guard wanted != interest else { return }
        interest = wanted
        loop.rewatch(descriptor, for: wanted)
    }
}
