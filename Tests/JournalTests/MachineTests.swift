import Glibc
import Loop
import Testing

@testable import Journal

/// The decisions, without a disk and without a clock.
struct MachineTests {
    private let start = Moment(nanoseconds: 1_000_000_000_000)

    private func machine(_ change: (inout JournalLimits) -> Void = { _ in }) -> Hand {
        var limits = JournalLimits()
        change(&limits)
        return Hand(JournalMachine(limits))
    }

    @Test func `the first record waits for company, and a record during a sync waits for its end`() throws {
        let machine = machine()
        #expect(try machine.take([1], at: start).number == 1)
        #expect(machine.order(at: start).wait == start + machine.limits.gathering)
        #expect(try machine.take([2], at: start + .milliseconds(4)).number == 2)
        let due = start + machine.limits.gathering
        let write = try #require(machine.order(at: due).write)
        #expect(write.begins && write.follows == 0 && write.batch.first == 1 && write.batch.count == 2)
        #expect(try machine.take([3], at: due).number == 3)
        #expect(machine.order(at: due + .seconds(1)).isRest)
        #expect(machine.written == 0)
        #expect(machine.wrote(at: due + .seconds(1)) == nil)
        #expect(machine.written == 2)
        let next = try #require(machine.order(at: due + .seconds(1)).write)
        #expect(!next.begins && next.batch.first == 3 && next.batch.count == 1)
    }

    @Test func `a full group waits no longer`() throws {
        let machine = machine { $0.groupBytesMax = 100 }
        _ = try machine.take([UInt8](repeating: 0, count: 50), at: start)
        #expect(machine.order(at: start).wait != nil)
        _ = try machine.take([UInt8](repeating: 0, count: 50), at: start)
        _ = try machine.take([9], at: start)
        let write = try #require(machine.order(at: start).write)
        #expect(write.batch.count == 2)
        _ = machine.wrote(at: start)
        #expect(machine.order(at: start).wait != nil)
    }

    @Test func `a failed group is written again to a new segment, after pauses that double up to their limit`() throws {
        let machine = machine()
        _ = try machine.take([1], at: start)
        var now = start + .seconds(1)
        #expect(machine.order(at: now).write != nil)
        #expect(machine.wrote(at: now) == nil)
        _ = try machine.take([2], at: now)
        now = now + .seconds(1)
        let since = now
        var pause = machine.limits.pause
        for attempt in 0..<9 {
            let write = try #require(machine.order(at: now).write)
            #expect(write.batch.first == 2 && write.begins == (attempt > 0) && write.follows == 1)
            #expect(machine.failed(EIO, at: now) == (attempt == 0))
            #expect(machine.state == .failing(since: since, code: EIO))
            #expect(machine.order(at: now).wait == now + pause)
            now = now + pause
            pause = min(pause + pause, machine.limits.pauseMax)
        }
        #expect(pause == machine.limits.pauseMax)
        #expect(machine.order(at: now).write != nil)
        #expect(machine.wrote(at: now) == now - since)
        #expect(machine.state == .healthy && machine.written == 2 && machine.bytesInMemory == 0)
    }

    @Test func `it stays failing until all that waited is on the disk`() throws {
        let machine = machine { $0.groupBytesMax = 1 }
        _ = try machine.take([1], at: start)
        #expect(machine.order(at: start).write != nil)
        #expect(machine.failed(ENOSPC, at: start))
        _ = try machine.take([2], at: start)
        let later = start + .seconds(1)
        #expect(machine.order(at: later).write?.batch.first == 1)
        #expect(machine.wrote(at: later) == nil)
        #expect(!machine.state.isHealthy)
        #expect(machine.order(at: later).write?.batch.first == 2)
        #expect(machine.wrote(at: later) == .seconds(1))
        #expect(machine.state.isHealthy)
    }

    @Test func `a sync that does not end is said to fail, once, until it ends`() throws {
        let machine = machine()
        _ = try machine.take([1], at: start)
        #expect(machine.lateAt == .never)
        let due = start + .milliseconds(5)
        #expect(machine.order(at: due).write != nil)
        let late = due + machine.limits.syncPatience
        #expect(machine.lateAt == late)
        #expect(!machine.looksLate(at: late + .nanoseconds(-1)))
        #expect(machine.looksLate(at: late))
        #expect(machine.state == .failing(since: late, code: ETIMEDOUT))
        #expect(!machine.looksLate(at: late + .seconds(9)))
        #expect(machine.wrote(at: late + .seconds(9)) == .seconds(9))
        #expect(machine.state == .healthy)
    }

    @Test func `when memory is full, acknowledged groups are let go, then records are refused`() throws {
        let machine = machine {
            $0.groupBytesMax = 1
            $0.memoryMax = 4 * 17
        }
        _ = try machine.take([1], at: start)
        #expect(machine.order(at: start).write != nil)
        #expect(machine.failed(ENOSPC, at: start))
        for number in 2...4 { #expect(try machine.take([1], at: start).number == UInt64(number)) }
        #expect(throws: JournalError.full) { try machine.take([1], at: start) }
        #expect(machine.acknowledge(2) && machine.acknowledge(3) && !machine.acknowledge(3))
        #expect(try machine.take([1], at: start) == JournalMachine.Taken(number: 5, letGo: 2))
        #expect(machine.bytesInMemory == 3 * 17)
        #expect(machine.outstanding.count == 3)
        // What is missing on the disk begins a segment that says so.
        let later = start + .seconds(1)
        #expect(machine.order(at: later).write?.batch.first == 1)
        _ = machine.wrote(at: later)
        let behind = try #require(machine.order(at: later).write)
        #expect(behind.batch.first == 4 && behind.begins && behind.follows == 1)
        _ = machine.wrote(at: later)
        #expect(machine.order(at: later).write?.begins == false)
    }

    @Test func `a segment is followed by another when it is full, and when it is old`() throws {
        let machine = machine { $0.segmentBytesMax = 100 }
        var now = start
        func write(_ size: Int) throws -> Bool {
            _ = try machine.take([UInt8](repeating: 0, count: size), at: now)
            now = now + .seconds(1)
            let begins = try #require(machine.order(at: now).write).begins
            _ = machine.wrote(at: now)
            return begins
        }
        #expect(try write(10))
        #expect(try !write(60))
        #expect(try write(1))
        #expect(try !write(1))
        now = now + machine.limits.segmentAgeMax
        #expect(try write(1))
        #expect(machine.shelf.segments.map(\.first) == [1, 3, 5])
    }

    @Test
    func `a segment goes when all of it has been acknowledged for the safety window, at once when the disk is full`()
        throws
    {
        let machine = machine { $0.segmentBytesMax = 1 }
        let window = machine.limits.safetyWindow
        var now = start
        for _ in 0..<3 {
            _ = try machine.take([1], at: now)
            now = now + .seconds(1)
            #expect(machine.order(at: now).write != nil)
            _ = machine.wrote(at: now)
        }
        #expect(machine.acknowledge(2))
        #expect(machine.segmentsToTrim(at: now) == [])
        #expect(machine.acknowledge(1))
        now = now + .seconds(1)
        #expect(machine.segmentsToTrim(at: now) == [])
        #expect(machine.segmentsToTrim(at: now + window + .nanoseconds(-1)) == [])
        #expect(machine.segmentsToTrim(at: now + window).map(\.first) == [1, 2])
        #expect(machine.acknowledge(3))
        _ = try machine.take([1], at: now)
        now = now + .seconds(1)
        #expect(machine.order(at: now).write != nil)
        #expect(machine.failed(ENOSPC, at: now))
        #expect(machine.segmentsToTrim(at: now).map(\.first) == [1, 2, 3])
        for first in [1, 2, 3] as [UInt64] { machine.trimmed(first) }
        #expect(machine.shelf.bytes == 0)
    }

    @Test func `the journal's own limit fails like a full disk, and mends when there is room`() throws {
        let machine = machine {
            $0.segmentBytesMax = 1
            $0.bytesMax = 100
        }
        _ = try machine.take([1], at: start)
        var now = start + .seconds(1)
        #expect(machine.order(at: now).write != nil)
        _ = machine.wrote(at: now)
        _ = try machine.take([UInt8](repeating: 0, count: 20), at: now)
        now = now + .seconds(1)
        #expect(machine.order(at: now).isOverLimit)
        #expect(machine.failed(EDQUOT, at: now))
        #expect(machine.acknowledge(1))
        #expect(machine.segmentsToTrim(at: now).map(\.first) == [1])
        machine.trimmed(1)
        now = now + .seconds(1)
        #expect(machine.order(at: now).write?.batch.first == 2)
        #expect(machine.wrote(at: now) == .seconds(1))
    }
}

/// A machine that can be asked within an expectation, which takes no mutating call.
@dynamicMemberLookup
private final class Hand {
    private var machine: JournalMachine

    init(_ machine: JournalMachine) { self.machine = machine }

    subscript<Value>(dynamicMember path: KeyPath<JournalMachine, Value>) -> Value { machine[keyPath: path] }

    func take(_ payload: [UInt8], at now: Moment) throws(JournalError) -> JournalMachine.Taken {
        try machine.take(payload.span, at: now)
    }
    func acknowledge(_ number: UInt64) -> Bool { machine.acknowledge(number) }
    func order(at now: Moment) -> JournalMachine.Order { machine.order(at: now) }
    func wrote(at now: Moment) -> Duration? { machine.wrote(at: now) }
    func failed(_ code: Int32, at now: Moment) -> Bool { machine.failed(code, at: now) }
    func looksLate(at now: Moment) -> Bool { machine.looksLate(at: now) }
    func segmentsToTrim(at now: Moment) -> [SegmentShelf.Segment] { machine.segmentsToTrim(at: now) }
    func trimmed(_ first: UInt64) { machine.trimmed(first) }
}

extension JournalMachine.Order {
    fileprivate var write: JournalMachine.Write? { if case .write(let write) = self { write } else { nil } }
    fileprivate var wait: Moment? { if case .wait(let until) = self { until } else { nil } }
    fileprivate var isRest: Bool { if case .rest = self { true } else { false } }
    fileprivate var isOverLimit: Bool { if case .overLimit = self { true } else { false } }
}
