import Glibc
package import Loop
import Synchronization

/// An append-only file of records that survive the process: given on a loop, made durable in groups by a thread of its own,
/// kept until acknowledged and some time longer, and found again at the next start.
///
/// It belongs to one loop and is used on that loop's thread alone, which each door checks and which is why `@unchecked` holds;
/// `statistics`, `state` and `syncTimes` may be read anywhere. It never blocks the loop. While the disk fails, records wait in
/// memory, whoever awaits durability is told, and the disk is tried again until it takes them. Numbers are dense and ascend,
/// from one run to the next too unless nothing was left in the folder.
package final class Journal: @unchecked Sendable {
    package let loop: Loop
    /// What was found when it was opened. Its records are handed over by `replay`.
    package let recovery: JournalRecovery
    let limits: JournalLimits
    let lane: Lane
    let folder: JournalFolder
    let foundSegments: [SegmentShelf.Segment]

    private let observe: @Sendable (JournalHappening) -> Void
    private let counts = Mutex(JournalStatistics())
    private let syncHistogram = LogHistogram()
    private var machine: JournalMachine
    private var wakeTimer: Timer?
    private var wakeAt = Moment.never
    private var trimTimer: Timer?
    private var isTrimming = false
    private var isOver = false
    private var waiters: [(number: UInt64, continuation: CheckedContinuation<JournalError?, Never>)] = []
    private var closers: [CheckedContinuation<Void, Never>] = []

    init(
        _ folder: JournalFolder, _ found: Found, _ lane: Lane, on loop: Loop, _ limits: JournalLimits,
        _ observe: @escaping @Sendable (JournalHappening) -> Void
    ) {
        self.folder = folder
        self.lane = lane
        self.loop = loop
        self.limits = limits
        self.observe = observe
        recovery = found.recovery
        foundSegments = found.segments
        machine = JournalMachine(limits, found: found.segments)
        wakeTimer = Timer { [weak self] in self?.woke() }
        trimTimer = Timer { [weak self] in self?.trim() }
        armTrimming()
        account { _ in }
    }

    package var statistics: JournalStatistics { counts.withLock { $0 } }
    package var state: JournalState { statistics.state }
    /// From giving a group to the disk until it was durable.
    package var syncTimes: LogHistogram.Snapshot { syncHistogram.snapshot }

    // MARK: - Records

    /// Takes a record and answers its number; it is durable a little later. Throws where it is not taken at all.
    package func append(_ payload: Span<UInt8>) throws(JournalError) -> UInt64 {
        loop.checkIsolated()
        do throws(JournalError) {
            let taken = try machine.take(payload, at: loop.turn)
            account {
                $0.recordsTaken += 1
                $0.recordsLetGo += taken.letGo
            }
            if taken.letGo > 0 { observe(.letGo(records: taken.letGo)) }
            drive(at: loop.turn)
            return taken.number
        } catch {
            account { $0.recordsRefused += 1 }
            throw error
        }
    }

    package func append(_ payload: [UInt8]) throws(JournalError) -> UInt64 { try append(payload.span) }

    /// Returns when the record is durable. Throws `notDurable` as soon as it is known that it can't be soon; it may become so
    /// later nevertheless.
    package func untilDurable(_ number: UInt64) async throws(JournalError) {
        loop.checkIsolated()
        let error: JournalError? = await withCheckedContinuation { continuation in
            if number <= machine.written { return continuation.resume(returning: nil) }
            if case .failing(_, let code) = machine.state {
                return continuation.resume(returning: .notDurable(code: code))
            }
            if isOver { return continuation.resume(returning: .closed) }
            waiters.append((number, continuation))
        }
        if let error { throw error }
    }

    /// The record is safe elsewhere: it may go once the safety window is over. Answers whether that was news.
    @discardableResult
    package func acknowledge(_ number: UInt64) -> Bool {
        loop.checkIsolated()
        let isNews = machine.acknowledge(number)
        if isNews { account { _ in } }
        return isNews
    }

    /// Writes what waits, as far as the disk takes it at once, and gives the folder up.
    package func close() async {
        loop.checkIsolated()
        if isOver { return }
        machine.close()
        await withCheckedContinuation { continuation in
            closers.append(continuation)
            drive(at: .now)
            endIfClosing()
        }
    }

    /// Every record up to this one is on the disk, or was acknowledged before it got there.
    package var durable: UInt64 { machine.written }

    /// The oldest segment that holds `number` or something behind it.
    func segment(from number: UInt64) -> SegmentShelf.Segment? {
        machine.shelf.segments.first { $0.last >= number && $0.last >= $0.first }
    }

    func isOutstanding(_ number: UInt64) -> Bool { machine.outstanding.contains(number) }
    func isOnDisk(_ segment: SegmentShelf.Segment) -> Bool {
        machine.shelf.segments.contains { $0.first == segment.first }
    }

    // MARK: - Writing

    private func drive(at now: Moment) {
        switch machine.order(at: now) {
        case .rest: break
        case .wait(let until): wake(at: until)
        case .write(let write):
            perform { [folder] () throws(SystemError) in
                try folder.write(write)
            } then: { [self] result in
                wrote(result, since: now)
            }
            wake(at: machine.lateAt)
        case .overLimit: failed(SystemError(call: "journal's own limit", code: EDQUOT), at: now)
        }
    }

    private func wrote(_ result: Result<Void, SystemError>, since began: Moment) {
        let now = Moment.now
        switch result {
        case .success:
            syncHistogram.record(nanoseconds: UInt64(clamping: (now - began).wholeNanoseconds))
            let before = machine.written
            let mended = machine.wrote(at: now)
            account {
                $0.syncs += 1
                $0.recordsDurable += Int(machine.written - before)
            }
            settle(through: machine.written)
            if let mended { observe(.mended(after: mended)) }
            drive(at: now)
        case .failure(let error): failed(error, at: now)
        }
        endIfClosing()
    }

    private func failed(_ error: SystemError, at now: Moment) {
        let isNews = machine.failed(error.code, at: now)
        account { $0.syncsFailed += 1 }
        toldFailing(error, isNews)
        if error.code == ENOSPC || error.code == EDQUOT { trim() }
        drive(at: now)
    }

    private func toldFailing(_ error: SystemError, _ isNews: Bool) {
        let told = waiters
        waiters = []
        for waiter in told { waiter.continuation.resume(returning: .notDurable(code: error.code)) }
        if isNews { observe(.failing(error)) }
    }

    private func settle(through number: UInt64) {
        guard !waiters.isEmpty else { return }
        let settled = waiters.filter { $0.number <= number }
        waiters.removeAll { $0.number <= number }
        for waiter in settled { waiter.continuation.resume(returning: nil) }
    }

    private func wake(at moment: Moment) {
        guard let wakeTimer, moment != .never else { return }
        if wakeTimer.isArmed, wakeAt <= moment { return }
        wakeAt = moment
        loop.arm(wakeTimer, at: moment)
    }

    private func woke() {
        let now = Moment.now
        if machine.looksLate(at: now) {
            account { _ in }
            toldFailing(SystemError(call: "fdatasync", code: ETIMEDOUT), true)
        }
        drive(at: now)
        wake(at: machine.lateAt)
        endIfClosing()
    }

    // MARK: - Trimming

    private func armTrimming() {
        guard let trimTimer, !isOver else { return }
        loop.arm(trimTimer, at: Moment.now + limits.trimEvery)
    }

    private func trim() {
        armTrimming()
        guard !isTrimming, !isOver else { return }
        let due = machine.segmentsToTrim(at: .now)
        if due.isEmpty { return }
        isTrimming = true
        perform { [folder] () throws(SystemError) in
            try folder.remove(due)
        } then: { [self] result in
            isTrimming = false
            switch result {
            case .success:
                for segment in due { machine.trimmed(segment.first) }
                account { $0.segmentsTrimmed += due.count }
                observe(.trimmed(segments: due.count))
            case .failure(let error): observe(.trimFailed(error))
            }
            endIfClosing()
        }
    }

    // MARK: - How

    /// Does `body` on the lane, and `then` on the loop. At most a group and a trimming are there, so the lane has room.
    private func perform(
        _ body: @escaping @Sendable () throws(SystemError) -> Void,
        then: @escaping @Sendable (Result<Void, SystemError>) -> Void
    ) {
        do throws(LaneFull) {
            try lane.give { [loop] in
                let result: Result<Void, SystemError>
                do throws(SystemError) {
                    try body()
                    result = .success(())
                } catch {
                    result = .failure(error)
                }
                loop.execute { then(result) }
            }
        } catch {
            preconditionFailure("the journal's own lane is full: \(error)")
        }
    }

    /// When closing: over when all is written, or the disk does not take it.
    private func endIfClosing() {
        guard !closers.isEmpty, !isOver, !machine.isWriting, !isTrimming, machine.isIdle || !machine.state.isHealthy
        else { return }
        isOver = true
        if let wakeTimer { loop.disarm(wakeTimer) }
        if let trimTimer { loop.disarm(trimTimer) }
        // The lane lets the folder's descriptors go behind everything it was given; the lock with them.
        perform { [folder] in
            folder.close()
        } then: { [self] _ in
            let told = closers
            closers = []
            for closer in told { closer.resume() }
        }
    }

    private func account(_ change: (inout JournalStatistics) -> Void) {
        counts.withLock { counts in
            change(&counts)
            counts.state = machine.state
            counts.depth = machine.outstanding.count
            counts.bytes = machine.shelf.bytes
            counts.segments = machine.shelf.segments.count
            counts.bytesInMemory = machine.bytesInMemory
        }
    }
}
