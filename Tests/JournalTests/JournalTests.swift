import Foundation
import Loop
import TestKit
import Testing

@testable import Journal

/// A journal on a real disk.
@Suite(.timeLimit(.minutes(2))) struct JournalTests {
    @Test func `what was durable is found again in order, with its numbers, and so on over the next runs`() async throws
    {
        try await atDesk { desk in
            var expected: [JournalRecord] = []
            for run in 0..<3 {
                try await desk.with { journal in
                    #expect(try await journal.everything() == expected)
                    #expect(journal.recovery.records == expected.count)
                    #expect(journal.recovery.tornBytes == 0 && journal.recovery.damages.isEmpty)
                    var last: UInt64 = 0
                    for size in [0, 1, 7, 8, 9, 4_000] {
                        let payload = [UInt8](repeating: UInt8(run), count: size)
                        last = try journal.append(payload)
                        expected.append(JournalRecord(number: last, payload: payload))
                    }
                    try await journal.untilDurable(last)
                    let statistics = journal.statistics
                    #expect(statistics.recordsDurable == 6 && statistics.bytesInMemory == 0)
                    #expect(statistics.depth == expected.count && statistics.state == .healthy)
                    #expect(journal.syncTimes.count == UInt64(statistics.syncs))
                }
            }
            #expect(expected.map(\.number) == Array(1...18))
            #expect(try desk.files().count == 3)
        }
    }

    @Test func `records of one turn share one sync`() async throws {
        try await atDesk { desk in
            try await desk.with { journal in
                var last: UInt64 = 0
                for _ in 0..<500 { last = try journal.append([1, 2, 3]) }
                try await journal.untilDurable(last)
                #expect(journal.statistics.syncs == 1)
            }
        }
    }

    @Test func `closing writes what waits, and nothing is taken afterwards`() async throws {
        try await atDesk { desk in
            let closed = try await desk.with({ $0.gathering = .seconds(3600) }) { journal in
                let numbers = try (1...3).map { _ in try journal.append([9]) }
                #expect(numbers == [1, 2, 3])
                return journal
            }
            #expect(throws: JournalError.closed) { try closed.append([1]) }
            #expect(try await desk.found().0.count == 3)
        }
    }

    @Test func `the longest record is taken and found again, a longer one refused`() async throws {
        try await atDesk { desk in
            let longest = [UInt8](repeating: 7, count: JournalLimits().payloadMax)
            try await desk.with { journal in
                #expect(throws: JournalError.tooLong(longest.count + 1)) { try journal.append(longest + [7]) }
                try await journal.untilDurable(journal.append(longest))
                #expect(journal.statistics.recordsRefused == 1)
            }
            #expect(try await desk.found().0 == [JournalRecord(number: 1, payload: longest)])
        }
    }

    @Test func `a second owner is refused as long as there is a first`() async throws {
        try await atDesk { desk in
            try await desk.with { _ in
                let refused = try await refusal { try await desk.with { _ in } }
                #expect(refused == .folderTaken)
            }
            try await desk.with { _ in }
        }
    }

    @Test func `a folder that can't be made is refused with its reason`() async throws {
        try await atDesk { desk in
            let error = try await refusal { try await desk.with(at: "/proc/journal") { _ in } }
            guard case .folderUnusable(let reason) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.code == ENOENT && reason.call == "mkdir")
        }
    }

    @Test func `segments go up to the first with a record outstanding, and what is acknowledged is not handed over`()
        async throws
    {
        try await atDesk { desk in
            let change: @Sendable (inout JournalLimits) -> Void = {
                $0.segmentBytesMax = 1
                $0.safetyWindow = .milliseconds(1)
                $0.trimEvery = .milliseconds(5)
            }
            try await desk.with(change) { journal in
                for _ in 0..<5 { try await journal.untilDurable(journal.append([1])) }
                #expect(try desk.files().count == 5)
                for number in [1, 2, 4] as [UInt64] { #expect(journal.acknowledge(number)) }
                #expect(!journal.acknowledge(4) && !journal.acknowledge(0) && !journal.acknowledge(6))
                try await desk.loop.until("trimming") { journal.statistics.segmentsTrimmed == 2 }
                #expect(try desk.files().count == 3)
                #expect(journal.statistics.depth == 2 && journal.statistics.segments == 3)
            }
            try await desk.with(change) { journal in
                #expect(journal.recovery.damages.isEmpty)
                journal.acknowledge(4)
                #expect(try await journal.everything().map(\.number) == [3, 5])
                try await journal.untilDurable(journal.append([1]))
                for number in [3, 5, 6] as [UInt64] { journal.acknowledge(number) }
                try await desk.loop.until("trimming") { journal.statistics.segmentsTrimmed == 4 }
                #expect(try journal.statistics.bytes == 0 && desk.files().isEmpty)
                #expect(try await journal.everything().isEmpty)
                // The one that was being written to has gone too: the next record begins another.
                #expect(try journal.append([2]) == 7)
                try await journal.untilDurable(7)
                #expect(try desk.files() == ["00000000000000000007.journal"])
            }
        }
    }

    @Test func `a segment stays for the safety window`() async throws {
        try await atDesk { desk in
            try await desk.with({ $0.trimEvery = .milliseconds(1) }) { journal in
                try await journal.untilDurable(journal.append([1]))
                journal.acknowledge(1)
                try await desk.loop.sleep(for: .milliseconds(50))
                #expect(journal.statistics.segmentsTrimmed == 0 && journal.statistics.depth == 0)
            }
            // Nobody wrote down the acknowledgement: it is handed over once more.
            #expect(try await desk.found().0.map(\.number) == [1])
        }
    }
}
