import Loop

/// Requests whose time is over or whose task was cancelled, and the cancel requests sent for them.
extension PostgresConnection {
    func arm(_ deadline: Moment) {
        // Who is told that his time is over may close the connection: nothing may come of it later.
        guard isOpen else { return }
        deadlineArmed = deadline
        loop.arm(patience, at: deadline)
    }

    /// One timer for all requests: armed for the earliest, and when it fires, for the earliest that is left.
    func patienceEnded() {
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

    /// How long a request may wait without a cancellation handler. It is looked for as often, so that a cancellation is noticed
    /// twice as late at the most.
    static let unattendedMax = Duration.milliseconds(5)

    func beAttentive() {
        isAttentive = true
        loop.arm(attention, at: Moment.now + Self.unattendedMax)
    }

    func attendToWaiting() {
        isAttentive = false
        guard isOpen else { return }
        let now = Moment.now
        var due: [Request] = []
        var areMoreWaiting = false
        pipeline.forEachTicket { request in
            guard let since = request.unattendedSince else { return }
            if now - since >= Self.unattendedMax { due.append(request) } else { areMoreWaiting = true }
        }
        if areMoreWaiting { beAttentive() }
        for request in due { request.attend() }
    }

    /// The task of `request` was cancelled.
    func abandoned(_ request: Request) {
        request.deadline = min(request.deadline, Moment.now + configuration.cancelGrace)
        if request.deadline < deadlineArmed { arm(request.deadline) }
        cancelNextIfAbandoned()
    }

    /// Only the statement that the server is working at can be cancelled without hitting another.
    func cancelNextIfAbandoned() {
        guard isOpen, let request = pipeline.nextTicket, request.isAbandoned, !request.isCancelRequested else { return }
        // One at a time; the end of this one looks for the next.
        guard cancelsUnderWay == 0 else { return }
        request.isCancelRequested = true
        guard let canceller = handle.canceller() else { return observe(.cancelFailed(backend: backend)) }
        cancelsUnderWay += 1
        observe(.cancelRequested(backend: backend))
        let report = CancelReport(to: loop) { [self] in cancelEnded($0) }
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
        // It may have closed while this was on its way.
        guard isOpen else { return }
        cancelsUnderWay -= 1
        strikable = syncsOwed + 1
        cancelReport = nil
        if !isPassedOn { observe(.cancelFailed(backend: backend)) }
        askAgainIfStillRunning()
        if pipeline.isEmpty, isQuiet { onQuiet?() }
    }

    /// How long a cancel request may take to show before it is repeated.
    private static let cancelPatience = Duration.milliseconds(50)

    /// The server ignores a cancel request that overtakes its statement: so it is repeated, until the statement ends or
    /// the grace does.
    private func askAgainIfStillRunning() {
        guard isOpen, let request = pipeline.nextTicket, request.isAbandoned else { return }
        guard request.isCancelRequested else { return cancelNextIfAbandoned() }
        loop.after(Self.cancelPatience) { [self] in
            guard isOpen, pipeline.nextTicket === request else { return }
            request.isCancelRequested = false
            cancelNextIfAbandoned()
        }
    }
}
