import Crypto
import Glibc
import Journal
import Loop
import Postgres
import Store

/// A process that appends as Realtime will: into its journal first, then into the log, and again until it has a verdict.
///
/// It lives on one loop, which is why `@unchecked` holds.
final class WriterRole: @unchecked Sendable {
    /// Streams that one writer writes at once.
    private static let openStreams = 12
    private static let streamLength: ClosedRange<Int> = 20...120
    /// Streams that all writers append to without naming versions.
    static let sharedStreams = (1...4).map { UUID(value: 0x0191_0000_0000_7000_8000_0000_0000_0010 + UInt128($0)) }

    private struct OpenStream {
        let id = UUID.v7()
        var next: Int32 = 1
        var left: Int
    }

    private let loop: Loop
    private let journal: Journal
    private let appender: EventAppender
    private let ledger: Ledger
    private var dice: Dice
    private var streams: [OpenStream] = []
    private var recent: [WrittenRecord] = []
    private var isStopping = false

    private init(_ loop: Loop, _ journal: Journal, _ appender: EventAppender, _ ledger: Ledger, _ dice: Dice) {
        self.loop = loop
        self.journal = journal
        self.appender = appender
        self.ledger = ledger
        self.dice = dice
    }

    static func work(_ options: WriterOptions, on loop: Loop) async throws {
        let ledger = try Ledger(options.ledger)
        let journal = try await Journal.open(options.journal, on: loop)
        if !journal.recovery.damages.isEmpty { ledger.violated("the journal is damaged: \(journal.recovery.damages)") }
        var limits = PoolLimits()
        limits.pauseMax = .milliseconds(500)
        let pool = PostgresPool(try Surroundings.database("writer"), on: loop, limits: limits) {
            complain("pool: \($0)")
        }
        let appender = EventAppender(pool) { complain("appender: \($0)") }
        // Each process of a name throws other dice than the one before it.
        let role = WriterRole(loop, journal, appender, ledger, Dice(options.seed ^ UInt64(getpid())))
        let signals = try Signals([.terminate], on: loop) { _ in role.isStopping = true }
        defer { signals.close() }
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) { await appender.run() }
            await role.run(&group)
            await appender.close()
        }
        await journal.close()
        await pool.close()
    }

    private func run(_ group: inout DiscardingTaskGroup) async {
        do {
            try await journal.replay { records in
                for found in records {
                    guard let record = WrittenRecord(found.payload) else {
                        ledger.violated("a record of the journal can't be read")
                        continue
                    }
                    await settle(record, number: found.number)
                }
            }
        } catch {
            ledger.violated("the journal can't be replayed: \(error)")
        }
        await withDiscardingTaskGroup { inner in
            while !isStopping {
                write(&inner)
                do { try await loop.sleep(for: dice.milliseconds(2...12)) } catch { return }
            }
        }
    }

    // MARK: - One append

    private func write(_ group: inout DiscardingTaskGroup) {
        let record = dice.happens(oneIn: 15) ? shared() : own()
        let number: UInt64
        do { number = try journal.append(record.bytes) } catch { return }
        group.addTask(executorPreference: loop) { [self] in
            do {
                try await journal.untilDurable(number)
                for (place, event) in record.events.enumerated() {
                    ledger.durable(record.stream, record.first == 0 ? 0 : record.first + Int32(place), event.id)
                }
            } catch {
                // A full disk: the call goes on, and what it says goes into the log all the same.
            }
            await settle(record, number: number)
        }
        if dice.happens(oneIn: 20), let old = recent.randomElement(using: &dice) {
            group.addTask(executorPreference: loop) { [self] in await repeatAppend(old) }
        }
        if dice.happens(oneIn: 40), let old = recent.last(where: { $0.first > 0 }) {
            group.addTask(executorPreference: loop) { [self] in await contradict(old) }
        }
    }

    private func shared() -> WrittenRecord {
        let stream = Self.sharedStreams[dice.number(0...Self.sharedStreams.count - 1)]
        return WrittenRecord(stream: stream, first: 0, events: [event()])
    }

    private func own() -> WrittenRecord {
        if streams.count < Self.openStreams { streams.append(OpenStream(left: dice.number(Self.streamLength))) }
        let place = dice.number(0...streams.count - 1)
        let count = dice.number(1...5)
        let record = WrittenRecord(
            stream: streams[place].id, first: streams[place].next, events: (0..<count).map { _ in event() })
        streams[place].next += Int32(count)
        streams[place].left -= count
        if streams[place].left <= 0 { streams.remove(at: place) }
        return record
    }

    private func event() -> WrittenRecord.Event {
        let type: WrittenRecord.EventKind =
            if dice.happens(oneIn: 2_500) { .deadly } else if dice.happens(oneIn: 500) { .poison } else { .plain }
        return WrittenRecord.Event(id: .v7(), type: type)
    }

    /// Appends until there is a verdict.
    private func settle(_ record: WrittenRecord, number: UInt64) async {
        while await !isSettled(record, number) {
            do { try await loop.sleep(for: .milliseconds(20)) } catch { return }
        }
    }

    private func isSettled(_ record: WrittenRecord, _ number: UInt64) async -> Bool {
        do {
            switch try await appender.append(record.append, within: .seconds(5)) {
            case .appended(let receipt), .duplicate(let receipt):
                for (place, event) in record.events.enumerated() {
                    ledger.acknowledged(record.stream, receipt.versions.lowerBound + Int32(place), event.id)
                }
                journal.acknowledge(number)
                recent.append(record)
                if recent.count > 50 { recent.removeFirst() }
            case .conflict(let actual):
                // One that went before it may have come back later: it must get its turn first.
                if record.first > actual + 1 { return false }
                ledger.violated("\(record.stream) \(record.first) met a conflict at \(actual)")
            }
            return true
        } catch AppendError.closed {
            return true
        } catch AppendError.logIsFull, AppendError.tooLate, AppendError.outcomeUnknown {
            return false
        } catch {
            ledger.violated("\(record.stream) \(record.first) was refused: \(error)")
            return true
        }
    }

    private func repeatAppend(_ record: WrittenRecord) async {
        do {
            if case .duplicate = try await appender.append(record.append, within: .seconds(5)) { return }
            ledger.violated("\(record.stream) \(record.first) was appended twice")
        } catch {
            // No verdict, nothing to judge.
        }
    }

    private func contradict(_ record: WrittenRecord) async {
        let other = WrittenRecord(stream: record.stream, first: record.first, events: [event()])
        do {
            if case .conflict = try await appender.append(other.append, within: .seconds(5)) { return }
            ledger.violated("\(record.stream) \(record.first) took another event in the place of one it had")
        } catch {
            // No verdict, nothing to judge.
        }
    }
}
