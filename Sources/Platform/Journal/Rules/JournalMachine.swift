import Glibc
import Loop

/// Decides what is written when, what waits in memory meanwhile, and what may go. It knows no file and no thread.
struct JournalMachine {
    /// One group for the disk: written and synced in one go.
    struct Write: Sendable {
        let batch: RecordBatch
        /// Whether it begins a new segment, and which number that one then follows.
        let begins: Bool
        let follows: UInt64
    }

    enum Order {
        case rest
        case wait(until: Moment)
        case write(Write)
        /// The journal's own limit is in the way: this counts as a failure of the disk.
        case overLimit
    }

    struct Taken: Hashable {
        let number: UInt64
        /// Acknowledged records that made room for it.
        let letGo: Int
    }

    let limits: JournalLimits
    private(set) var state = JournalState.healthy
    private(set) var outstanding = Outstanding()
    private(set) var shelf = SegmentShelf()
    /// Every record up to this number is on the disk, or was acknowledged before it got there.
    private(set) var written: UInt64 = 0
    private(set) var bytesInMemory = 0

    private var gathering: RecordBatch
    /// Full, or back from a disk that failed. Oldest first.
    private var waiting: [RecordBatch] = []
    private var spare: RecordBatch?
    private var inFlight: Write?
    private var inFlightSince = Moment.never
    private var pause: Duration
    private var retryAt = Moment(nanoseconds: 0)
    private var isClosing = false

    init(_ limits: JournalLimits, found segments: [SegmentShelf.Segment] = []) {
        self.limits = limits
        pause = limits.pause
        for segment in segments {
            shelf.found(segment)
            written = max(written, segment.last)
            if segment.last >= segment.first {
                for number in segment.first...segment.last { outstanding.add(number) }
            }
        }
        gathering = RecordBatch(first: written + 1)
    }

    var isIdle: Bool { inFlight == nil && waiting.isEmpty && gathering.count == 0 }
    var isWriting: Bool { inFlight != nil }

    // MARK: - Records

    mutating func take(_ payload: Span<UInt8>, at now: Moment) throws(JournalError) -> Taken {
        if isClosing { throw .closed }
        guard payload.count <= limits.payloadMax else { throw .tooLong(payload.count) }
        let size = SegmentFormat.recordOverhead + payload.count
        var letGo = 0
        if bytesInMemory + size > limits.memoryMax {
            letGo = letGoOfAcknowledged()
            if bytesInMemory + size > limits.memoryMax { throw .full }
        }
        let number = gathering.first + UInt64(gathering.count)
        gathering.append(payload, at: now)
        outstanding.add(number)
        bytesInMemory += size
        if gathering.size >= limits.groupBytesMax { waiting.append(takeGathering()) }
        return Taken(number: number, letGo: letGo)
    }

    /// Answers whether the record was still to be acknowledged.
    mutating func acknowledge(_ number: UInt64) -> Bool { outstanding.remove(number) }

    /// After this nothing is taken, and nothing waits for company.
    mutating func close() { isClosing = true }

    private mutating func letGoOfAcknowledged() -> Int {
        var count = 0
        waiting.removeAll { batch in
            guard !outstanding.containsAny(from: batch.first, through: batch.last) else { return false }
            count += batch.count
            bytesInMemory -= batch.size
            return true
        }
        return count
    }

    private mutating func takeGathering() -> RecordBatch {
        let full = gathering
        let next = full.first + UInt64(full.count)
        if let spare {
            spare.empty(first: next)
            gathering = spare
            self.spare = nil
        } else {
            gathering = RecordBatch(first: next)
        }
        return full
    }

    // MARK: - Writing

    mutating func order(at now: Moment) -> Order {
        guard inFlight == nil, !waiting.isEmpty || gathering.count > 0 else { return .rest }
        if state.isHealthy {
            let due = gathering.began + limits.gathering
            if waiting.isEmpty, !isClosing, now < due { return .wait(until: due) }
        } else if now < retryAt {
            return .wait(until: retryAt)
        }
        let size = (waiting.first ?? gathering).size + SegmentFormat.headerSize
        guard shelf.bytes + size <= limits.bytesMax else { return .overLimit }
        let batch = waiting.isEmpty ? takeGathering() : waiting.removeFirst()
        let write = Write(batch: batch, begins: mustBegin(batch, at: now), follows: written)
        if write.begins { shelf.closed() }
        inFlight = write
        inFlightSince = now
        return .write(write)
    }

    private func mustBegin(_ batch: RecordBatch, at now: Moment) -> Bool {
        guard let current = shelf.current else { return true }
        return batch.first != current.last + 1 || current.bytes >= limits.segmentBytesMax
            || now - current.began >= limits.segmentAgeMax
    }

    /// The group is durable. Answers how long the disk had failed if this ends it.
    mutating func wrote(at now: Moment) -> Duration? {
        guard let write = inFlight else { preconditionFailure("a group was written that nobody had ordered") }
        let batch = write.batch
        inFlight = nil
        if write.begins { shelf.began(batch.first, at: now) }
        shelf.grew(through: batch.last, by: batch.size + (write.begins ? SegmentFormat.headerSize : 0))
        written = batch.last
        bytesInMemory -= batch.size
        spare = batch
        pause = limits.pause
        retryAt = now
        guard waiting.isEmpty, case .failing(let since, _) = state else { return nil }
        state = .healthy
        return now - since
    }

    /// The group is not durable, or could not even be tried. What of it reached the disk is not trusted, since a second sync
    /// may forget what the first one could not write: it is written again, to a new segment. Answers whether this is news.
    mutating func failed(_ code: Int32, at now: Moment) -> Bool {
        if let write = inFlight { waiting.insert(write.batch, at: 0) }
        inFlight = nil
        shelf.closed()
        retryAt = now + pause
        pause = min(pause + pause, limits.pauseMax)
        return fail(code, at: now)
    }

    /// When the sync under way is late, if it is not over by then.
    var lateAt: Moment { inFlight == nil || !state.isHealthy ? .never : inFlightSince + limits.syncPatience }

    /// Answers whether this is news.
    mutating func looksLate(at now: Moment) -> Bool { now >= lateAt ? fail(ETIMEDOUT, at: now) : false }

    private mutating func fail(_ code: Int32, at now: Moment) -> Bool {
        guard case .failing(let since, _) = state else {
            state = .failing(since: now, code: code)
            return true
        }
        state = .failing(since: since, code: code)
        return false
    }

    // MARK: - Trimming

    /// The segments that may go now. The safety window guards against what may never happen; a full disk has happened.
    mutating func segmentsToTrim(at now: Moment) -> [SegmentShelf.Segment] {
        let isFull =
            if case .failing(_, let code) = state { code == ENOSPC || code == EDQUOT } else { false }
        return shelf.due(
            at: now, outstanding, window: isFull ? .zero : limits.safetyWindow, idle: inFlight == nil)
    }

    mutating func trimmed(_ first: UInt64) {
        shelf.removed(first)
        outstanding.forget(below: shelf.segments.first?.first ?? written + 1)
    }
}
