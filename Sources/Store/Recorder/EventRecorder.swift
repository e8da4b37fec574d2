package import Journal
package import Loop
package import Postgres

/// Takes events of live calls, and sees to it that they get into the log: into the journal first, then to the appender, from the
/// journal again after a start, and all of it again after a failover.
///
/// It lives on one loop, which is why `@unchecked` holds. Nobody waits for Postgres here: whoever hands over events goes on.
/// Memory is bounded; what does not fit stays on the disk until there is room. While the journal takes nothing, events go to
/// the log without it, and while neither does, the newest are refused.
package final class EventRecorder: @unchecked Sendable {
    /// An append on its way.
    private struct Item {
        let append: StreamAppend
        /// Nil where the journal did not take it.
        let number: UInt64?
        var gapSince: Moment?

        var bytes: Int { append.byteCount }
    }

    package let loop: Loop
    private let appender: EventAppender
    private let limits: RecorderLimits
    private let observe: @Sendable (RecorderHappening) -> Void
    private var journal: Journal?

    /// Numbers that stand in the journal and not in memory. While there are any, they go first.
    private var backlog: ClosedRange<UInt64>?
    private var goesToAcknowledged = false
    /// What was read of the backlog, and what came in since, oldest first; both are sent from `…Next` on.
    private var page: [Item] = []
    private var pageNext = 0
    private var fresh: [Item] = []
    private var freshNext = 0
    private var freshBytes = 0
    private var sentEvents = 0
    private var sentBytes = 0
    private var counts = RecorderStatistics()
    private var isWithoutJournal = false
    private var isSendingAgain = false
    /// How often it was begun from the beginning.
    private var goes = 0
    private var isStopping = false
    private var isOver = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var sleeper: CheckedContinuation<Void, Never>?
    private var isNewsWaiting = false
    private lazy var alarm = Timer { [weak self] in self?.wake() }

    /// The appender keeps its own: this one is here as long as the process is.
    private static let patience = Duration.seconds(3_600)
    private static let drainLook = Duration.milliseconds(50)

    /// On the pool's loop.
    package init(
        _ pool: PostgresPool, limits: RecorderLimits = RecorderLimits(), appends: AppendLimits = AppendLimits(),
        observe: @escaping @Sendable (RecorderHappening) -> Void = { _ in },
        appending: @escaping AppendObserver = { _ in }
    ) {
        loop = pool.loop
        self.limits = limits
        self.observe = observe
        let later = Later()
        appender = EventAppender(pool, limits: appends) { happening in
            appending(happening)
            if case .timelineChanged = happening { later.recorder?.lostItsTail() }
        }
        later.recorder = self
    }

    /// The appender tells whom it does not know yet. On the loop, which is why `@unchecked` holds.
    private final class Later: @unchecked Sendable {
        weak var recorder: EventRecorder?
    }

    package var statistics: RecorderStatistics {
        var statistics = counts
        statistics.eventsWaiting = sentEvents + (fresh.count - freshNext) + (page.count - pageNext)
        return statistics
    }
    package var appending: AppendStatistics { appender.statistics }
    package var journaling: JournalStatistics? { journal?.statistics }

    // MARK: - Coming in

    /// From now on everything goes into `journal` first; what it holds from former runs goes to the log.
    package func attach(_ journal: Journal) {
        loop.checkIsolated()
        precondition(self.journal == nil, "a recorder with two journals")
        self.journal = journal
        if journal.durable > 0 { sendAgain(through: journal.durable, acknowledged: false) }
        // An empty record: whether the disk takes any is to be known before the first call says something.
        do throws(JournalError) { journal.acknowledge(try journal.append([])) } catch { tellWithoutJournal(error) }
    }

    /// Takes an append. Answers false where nobody had room for it, or the log would never take it; its versions are then free.
    package func take(_ append: StreamAppend) -> Bool {
        loop.checkIsolated()
        if let flaw = append.flaw { return refuse(append, .refused(flaw)) }
        if isStopping { return lose(append) }
        if freshBytes + append.byteCount > limits.heldBytesMax { letGoOfDurable() }
        if freshBytes + append.byteCount > limits.heldBytesMax, freshNext < fresh.count { return lose(append) }
        let number = writeDown(append)
        counts.eventsTaken += append.events.count
        if number == nil { counts.eventsWithoutJournal += append.events.count }
        fresh.append(Item(append: append, number: number))
        freshBytes += append.byteCount
        wake()
        return true
    }

    private func writeDown(_ append: StreamAppend) -> UInt64? {
        do throws(JournalError) {
            guard let journal else {
                tellWithoutJournal(nil)
                return nil
            }
            let number = try journal.append(JournalEntry.bytes(of: append))
            if isWithoutJournal { observe(.withJournal) }
            isWithoutJournal = false
            return number
        } catch {
            tellWithoutJournal(error)
            return nil
        }
    }

    private func tellWithoutJournal(_ error: JournalError?) {
        if !isWithoutJournal { observe(.withoutJournal(error)) }
        isWithoutJournal = true
    }

    private func lose(_ append: StreamAppend) -> Bool {
        counts.eventsLost += append.events.count
        observe(.lost(stream: append.stream, events: append.events.count))
        return false
    }

    private func refuse(_ append: StreamAppend, _ why: RecordRefusal) -> Bool {
        counts.eventsRefused += append.events.count
        observe(.refused(stream: append.stream, events: append.events.count, why))
        return false
    }

    /// The journal has them: they are read again when it is their turn.
    private func letGoOfDurable() {
        guard let journal, journal.state.isHealthy else { return }
        var kept: [Item] = []
        for item in fresh[freshNext...] {
            if let number = item.number, number <= journal.durable {
                backlog = min(backlog?.lowerBound ?? number, number)...max(backlog?.upperBound ?? number, number)
                freshBytes -= item.bytes
            } else {
                kept.append(item)
            }
        }
        (fresh, freshNext) = (kept, 0)
    }

    // MARK: - Again

    /// Another server goes on from an earlier point: everything the journal still has is sent again, in its order.
    private func lostItsTail() {
        counts.timelineChanges += 1
        guard let journal, journal.durable > 0 else { return }
        sendAgain(through: journal.durable, acknowledged: true)
    }

    private func sendAgain(through last: UInt64, acknowledged: Bool) {
        backlog = 1...last
        goesToAcknowledged = acknowledged || (goesToAcknowledged && isSendingAgain)
        isSendingAgain = true
        goes += 1
        (page, pageNext) = ([], 0)
        observe(.sendingAgain(records: journal?.statistics.depth ?? 0))
        wake()
    }

    private func readPage(_ numbers: ClosedRange<UInt64>, _ journal: Journal) async {
        let read: JournalPage
        let go = goes
        do {
            read = try await journal.page(from: numbers.lowerBound, acknowledged: goesToAcknowledged)
        } catch {
            observe(.journalUnreadable(error))
            await sleep(atMost: limits.readPause)
            return
        }
        // Somebody has gone back to the beginning meanwhile.
        guard goes == go else { return }
        let upper = max(backlog?.upperBound ?? 0, numbers.upperBound)
        for record in read.records where record.number <= upper {
            if record.payload.isEmpty {
                journal.acknowledge(record.number)
                continue
            }
            guard let append = JournalEntry.append(record.payload) else {
                counts.recordsUnreadable += 1
                observe(.unreadable(number: record.number))
                continue
            }
            counts.recordsSentAgain += 1
            page.append(Item(append: append, number: record.number))
        }
        if let next = read.next, next <= upper { backlog = next...upper } else { backlog = nil }
    }

    // MARK: - Going out

    /// Works until `stop`, and then until everything has its verdict, or the time for that is over.
    package func run() async {
        loop.checkIsolated()
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) { [appender] in await appender.run() }
            await send()
            await appender.close(within: .zero)
        }
        isOver = true
        let told = waiting
        waiting = []
        for continuation in told { continuation.resume() }
    }

    /// When `run` has ended.
    package func untilOver() async {
        loop.checkIsolated()
        await withCheckedContinuation { continuation in
            // Looked at in here, since a task may hop on its way to here.
            if isOver { return continuation.resume() }
            waiting.append(continuation)
        }
    }

    /// Takes nothing more.
    package func stop() {
        loop.checkIsolated()
        isStopping = true
        wake()
    }

    private func send() async {
        var end = Moment.never
        while Moment.now < end, !Task.isCancelled {
            if isStopping, end == .never { end = Moment.now + limits.drain }
            if pageNext < page.count {
                if hasRoom { sendFromPage() } else { await sleep() }
            } else if let backlog, let journal {
                (page, pageNext) = ([], 0)
                await readPage(backlog, journal)
            } else if freshNext < fresh.count {
                if isSendingAgain { sentAllAgain() }
                if hasRoom { await sendFresh() } else { await sleep() }
            } else {
                if isSendingAgain { sentAllAgain() }
                if isStopping, sentEvents == 0 { return }
                await sleep()
            }
        }
    }

    private var hasRoom: Bool { sentEvents < limits.sentEventsMax && sentBytes < limits.sentBytesMax }

    private func sentAllAgain() {
        isSendingAgain = false
        goesToAcknowledged = false
        observe(.sentAgain)
    }

    private func sendFromPage() {
        let item = page[pageNext]
        pageNext += 1
        send(item)
    }

    /// What is not durable is told so: then the call goes on all the same, and so does what it says.
    private func sendFresh() async {
        let number = fresh[freshNext].number
        if let number, let journal, number > journal.durable, !isStopping {
            do { try await journal.untilDurable(number) } catch {
                // The health check says it.
            }
        }
        // Meanwhile it may have been let go, or everything may go again.
        guard freshNext < fresh.count, fresh[freshNext].number == number, backlog == nil else { return }
        let item = fresh[freshNext]
        freshNext += 1
        freshBytes -= item.bytes
        if freshNext == fresh.count || freshNext > 4_096 {
            fresh.removeFirst(freshNext)
            freshNext = 0
        }
        send(item)
    }

    private func send(_ item: Item) {
        sentEvents += item.append.events.count
        sentBytes += item.bytes
        submit(item)
    }

    private func submit(_ item: Item) {
        appender.submit(item.append, within: Self.patience) { [weak self] result in self?.answered(item, result) }
    }

    private func answered(_ item: Item, _ result: Result<AppendVerdict, AppendError>) {
        switch result {
        case .success(.appended), .success(.duplicate): settle(item)
        case .success(.conflict(let actual)):
            if !isWorthWaiting(item, actual) { giveUp(item, .conflict(actual: actual)) }
        case .failure(.closed): leave(item)
        case .failure(.logIsFull), .failure(.tooLate), .failure(.outcomeUnknown): submitLater(item)
        case .failure(let error): giveUp(item, .refused(error))
        }
    }

    /// What it follows may be on its way: it was written down before.
    private func isWorthWaiting(_ item: Item, _ actual: Int32) -> Bool {
        guard case .version(let first) = item.append.start, first > actual + 1 else { return false }
        var item = item
        let since = item.gapSince ?? Moment.now
        guard isSendingAgain || Moment.now - since < limits.gapPatience else { return false }
        item.gapSince = since
        submitLater(item)
        return true
    }

    private func submitLater(_ item: Item) {
        guard !isStopping else { return leave(item) }
        _ = loop.after(limits.gapPause) { [weak self] in self?.submit(item) }
    }

    private func settle(_ item: Item) {
        if let number = item.number { journal?.acknowledge(number) }
        leave(item)
    }

    private func giveUp(_ item: Item, _ why: RecordRefusal) {
        _ = refuse(item.append, why)
        settle(item)
    }

    private func leave(_ item: Item) {
        sentEvents -= item.append.events.count
        sentBytes -= item.bytes
        wake()
    }

    // MARK: - Waiting

    /// Until there is something new.
    private func sleep(atMost time: Duration? = nil) async {
        if let time = time ?? (isStopping ? Self.drainLook : nil) { loop.arm(alarm, at: .now + time) }
        await withCheckedContinuation { continuation in
            if isNewsWaiting { return continuation.resume() }
            sleeper = continuation
        }
        isNewsWaiting = false
        loop.disarm(alarm)
    }

    /// News that comes while nobody sleeps is kept for whoever lies down next.
    private func wake() {
        isNewsWaiting = true
        sleeper?.resume()
        sleeper = nil
    }
}
