import Crypto
import Loop

/// One append in the line, with whoever waits for its verdict.
final class PendingAppend {
    typealias Answer = (Result<AppendVerdict, AppendError>) -> Void

    let append: StreamAppend
    let deadline: Moment
    let eventCount: Int
    let byteCount: Int
    private var answer: Answer?

    /// The lane the log said the stream is in, where it is not the one we would choose.
    var lane: Int16?
    /// Goes without a neighbour of its own stream: together they were refused, and each shall get a verdict of its own.
    var isSolo = false
    /// With how many others it may go in one flush: fewer and fewer, until the one that the server refuses is found.
    var companyMax = Int.max
    /// How often another writer's row was in the way.
    var collisions = 0
    /// Stored by a flush whose answer did not say where all of it is.
    var storedBefore = 0
    /// It went and nothing certain came back: it may be stored here, and not yet where a commit waits for it to be.
    var isDoubtful = false
    /// It was on its way at least once.
    var wasSent = false

    init(_ append: StreamAppend, deadline: Moment, _ answer: @escaping Answer) {
        self.append = append
        self.deadline = deadline
        self.answer = answer
        eventCount = append.events.count
        byteCount = append.byteCount
    }

    var isWanted: Bool { answer != nil }

    func settle(_ result: Result<AppendVerdict, AppendError>) {
        let answer = answer
        self.answer = nil
        answer?(result)
    }
}

/// Appends to one stream that follow upon each other, sent as if they were one.
struct AppendGroup {
    private(set) var entries: [PendingAppend]
    private(set) var eventCount: Int

    init(_ entry: PendingAppend) {
        entries = [entry]
        eventCount = entry.eventCount
    }

    var first: PendingAppend { entries[0] }
    var append: StreamAppend { entries[0].append }

    /// 0 where the log chooses.
    var firstVersion: Int32 {
        if case .version(let first) = append.start { first } else { 0 }
    }

    /// Takes what continues the group exactly; anything else has to wait until the group has its verdict.
    mutating func join(_ entry: PendingAppend) -> Bool {
        guard !first.isSolo, !entry.isSolo, entry.append.kind == append.kind,
            entry.append.organization == append.organization
        else { return false }
        switch (append.start, entry.append.start) {
        case (.version(let first), .version(let next)):
            guard Int(next) == Int(first) + eventCount else { return false }
        case (.next, .next):
            let known = Set(entries.flatMap { $0.append.events.map(\.id) })
            guard entry.append.events.allSatisfy({ !known.contains($0.id) }) else { return false }
        default: return false
        }
        entries.append(entry)
        eventCount += entry.eventCount
        return true
    }
}

/// The line before the log: who goes next, and who with whom.
///
/// A stream's appends get their verdicts in the order in which they came: as long as one is on its way, those behind it
/// stay, unless they go along.
struct AppendLine {
    private let limits: AppendLimits
    private var waiting: [PendingAppend] = []
    private var taken = 0
    private var busy: Set<UUID> = []
    /// Of everything that has come in and has not been settled.
    private(set) var eventCount = 0
    private(set) var byteCount = 0

    init(_ limits: AppendLimits) { self.limits = limits }

    var isEmpty: Bool { taken == waiting.count }
    var isIdle: Bool { isEmpty && busy.isEmpty }

    /// Refuses what the line has no room for. Something always fits into an empty one.
    mutating func add(_ entry: PendingAppend) -> Bool {
        let isFull =
            eventCount + entry.eventCount > limits.waitingEventsMax
            || byteCount + entry.byteCount > limits.waitingBytesMax
        if isFull, eventCount > 0 { return false }
        eventCount += entry.eventCount
        byteCount += entry.byteCount
        waiting.append(entry)
        return true
    }

    /// The next batch; its streams are busy until it is settled or put back. Nil when nobody may go now.
    ///
    /// With nothing on the way, a long line goes in two halves: if each stream waits for its verdict before it comes again, one batch
    /// of them all would leave the server idle while we answer, and us while it works. A short line waits for what is on the way
    /// as long as it `isPatient`: the server would do nothing for it before, and who came behind would wait for two commits to get
    /// a third.
    mutating func next(isPatient: Bool = true) -> [AppendGroup]? {
        let waits = waiting.count - taken
        if isPatient, !busy.isEmpty, waits < AppendLimits.halvesMin { return nil }
        let share = busy.isEmpty && waits >= 2 * AppendLimits.halvesMin ? (waits + 1) / 2 : Int.max
        var groups: [AppendGroup] = []
        var places: [UUID: Int] = [:]
        var blocked: Set<UUID> = []
        var held: [PendingAppend] = []
        var entries = 0
        var events = 0
        var bytes = 0
        var company = share
        var looked = taken
        let end = min(waiting.count, taken + AppendLimits.entriesLookedAtMax)
        while looked < end {
            let entry = waiting[looked]
            let isFull =
                events + entry.eventCount > AppendLimits.batchEventsMax
                || bytes + entry.byteCount > AppendLimits.batchBytesMax || entries >= min(company, entry.companyMax)
            if entries > 0, isFull { break }
            looked += 1
            guard entry.isWanted else {
                forget(entry)
                continue
            }
            let stream = entry.append.stream
            if busy.contains(stream) || blocked.contains(stream) {
                held.append(entry)
                continue
            }
            if let place = places[stream] {
                guard groups[place].join(entry) else {
                    blocked.insert(stream)
                    held.append(entry)
                    continue
                }
            } else {
                places[stream] = groups.count
                groups.append(AppendGroup(entry))
            }
            entries += 1
            events += entry.eventCount
            bytes += entry.byteCount
            company = min(company, entry.companyMax)
        }
        advance(to: looked, keeping: held)
        if groups.isEmpty { return nil }
        busy.formUnion(places.keys)
        for group in groups { for entry in group.entries { entry.wasSent = true } }
        return groups
    }

    private mutating func advance(to end: Int, keeping held: [PendingAppend]) {
        taken = end - held.count
        for (offset, entry) in held.enumerated() { waiting[taken + offset] = entry }
        if taken == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            taken = 0
        } else if taken > AppendLimits.entriesLookedAtMax {
            waiting.removeFirst(taken)
            taken = 0
        }
    }

    private mutating func forget(_ entry: PendingAppend) {
        eventCount -= entry.eventCount
        byteCount -= entry.byteCount
    }

    /// `batch` is over: its streams are free. What is in `again` goes to the front of the line, in its order.
    mutating func returned(_ batch: [AppendGroup], again: [PendingAppend]) {
        for group in batch { busy.remove(group.append.stream) }
        let kept = Set(again.map(ObjectIdentifier.init))
        for group in batch {
            for entry in group.entries where !kept.contains(ObjectIdentifier(entry)) { forget(entry) }
        }
        if again.isEmpty { return }
        waiting.replaceSubrange(0..<taken, with: again)
        taken = 0
    }

    /// Those in line whose time is over, or everybody. They have left it.
    mutating func overdue(at now: Moment) -> [PendingAppend] {
        guard !isEmpty else { return [] }
        var late: [PendingAppend] = []
        var rest: [PendingAppend] = []
        for entry in waiting[taken...] {
            if entry.deadline <= now || !entry.isWanted {
                late.append(entry)
                forget(entry)
            } else {
                rest.append(entry)
            }
        }
        if late.isEmpty { return [] }
        waiting = rest
        taken = 0
        return late
    }
}
