import Crypto
import Loop
import Testing

@testable import Store

/// Who goes with whom, without a server.
struct AppendLineTests {
    private func entry(_ stream: UInt128, at start: StreamAppend.Start, _ count: Int = 1) -> PendingAppend {
        entry(append(to: UUID(value: stream), at: start, events(count)))
    }

    private func entry(_ append: StreamAppend) -> PendingAppend { PendingAppend(append, deadline: .never) { _ in } }

    private func line(_ entries: PendingAppend...) -> AppendLine {
        var line = AppendLine(AppendLimits())
        for entry in entries { line.put(entry) }
        return line
    }

    private func shape(_ batch: [AppendGroup]?) -> [[Int]] { batch?.map { $0.entries.map(\.eventCount) } ?? [] }

    @Test func `what continues a stream joins it, what repeats it waits`() {
        var line = line(
            entry(1, at: .version(1), 2), entry(1, at: .version(3), 3), entry(1, at: .version(3), 4),
            entry(2, at: .next, 5),
            entry(2, at: .next, 6), entry(2, at: .version(9), 7))
        let batch = line.next()
        #expect(shape(batch) == [[2, 3], [5, 6]])
        let held = line.next()
        #expect(shape(held).isEmpty)
        line.returned(batch ?? [], again: [])
        let rest = line.next()
        #expect(shape(rest) == [[4], [7]])
    }

    @Test func `an event sent twice by name alone does not join itself`() {
        let same = append(to: UUID(value: 1), at: .next, events(1))
        var line = line(entry(same), entry(same), entry(1, at: .next, 2))
        let first = line.next()
        #expect(shape(first) == [[1]])
        line.returned(first ?? [], again: [])
        let rest = line.next()
        #expect(shape(rest) == [[1, 2]])
    }

    @Test func `a stream on its way holds back what comes behind it`() {
        var line = line(entry(1, at: .version(1)))
        let first = line.next()
        line.put(entry(1, at: .version(2), 2))
        let others = AppendLimits.halvesMin - 1
        for number in 2...others { line.put(entry(UInt128(number), at: .version(1), 3)) }
        // So few wait for what is on its way.
        let none = line.next()
        #expect(shape(none).isEmpty)
        var impatient = line
        let few = impatient.next(isPatient: false)
        #expect(shape(few) == Array(repeating: [3], count: others - 1))
        line.put(entry(UInt128(others + 1), at: .version(1), 3))
        let second = line.next()
        #expect(shape(second) == Array(repeating: [3], count: others))
        // What failed goes first, and what it held back goes with it.
        line.returned(second ?? [], again: [])
        #expect(line.eventCount == 3)
        line.returned(first ?? [], again: first?.flatMap(\.entries) ?? [])
        let both = line.next()
        #expect(shape(both) == [[1, 2]])
    }

    @Test func `whoever is suspected travels in small company, and alone in the end`() {
        let entries = (1...8).map { entry(UInt128($0), at: .version(1)) }
        var line = AppendLine(AppendLimits())
        for entry in entries { line.put(entry) }
        var company = 8
        while company >= 1 {
            let batch = line.next() ?? []
            #expect(batch.count == company)
            company /= 2
            for group in batch { group.first.companyMax = max(1, company) }
            line.returned(batch, again: batch.flatMap(\.entries))
        }
    }

    @Test func `a batch looks only so far down the line`() {
        var line = AppendLine(AppendLimits())
        let same = append(to: UUID(value: 1), at: .version(1), events(1))
        for _ in 0...AppendLimits.entriesLookedAtMax { line.put(entry(same)) }
        line.put(entry(2, at: .version(1)))
        let first = line.next()
        #expect(shape(first) == [[1]])
        let second = line.next()
        #expect(shape(second).isEmpty)
        #expect(!line.isEmpty)
    }

    @Test func `a long line goes in two halves while nothing is on the way, a short one at once`() {
        let long = 2 * AppendLimits.halvesMin
        var line = AppendLine(AppendLimits())
        for number in 1...long { line.put(entry(UInt128(number), at: .version(1))) }
        let first = line.next()
        let second = line.next()
        #expect(first?.count == long / 2 && second?.count == long / 2 && line.isEmpty)
        line.returned(first ?? [], again: [])
        line.returned(second ?? [], again: [])
        for number in 1..<long { line.put(entry(UInt128(number), at: .version(2))) }
        let short = line.next()
        #expect(short?.count == long - 1)
    }

    @Test func `those whose time is over leave the line`() {
        var line = AppendLine(AppendLimits())
        let early = PendingAppend(append(to: UUID(value: 1), at: .next, events(2)), deadline: Moment(nanoseconds: 5)) {
            _ in
        }
        line.put(early)
        line.put(entry(2, at: .next, 3))
        #expect(line.overdue(at: Moment(nanoseconds: 4)).isEmpty)
        #expect(line.overdue(at: Moment(nanoseconds: 5)).count == 1)
        #expect(line.eventCount == 3)
        let rest = line.next()
        #expect(shape(rest) == [[3]])
    }

    @Test func `something fits into an empty line, however much it is`() {
        var limits = AppendLimits()
        limits.waitingEventsMax = 2
        var line = AppendLine(limits)
        line.put(entry(1, at: .next, 3))
        let fits = line.add(entry(2, at: .next, 1))
        #expect(!fits)
    }
}

extension AppendLine {
    fileprivate mutating func put(_ entry: PendingAppend) {
        let fits = add(entry)
        #expect(fits)
    }
}
