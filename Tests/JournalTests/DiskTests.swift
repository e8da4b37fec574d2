import Foundation
import Loop
import TestKit
import Testing

@testable import Journal

/// Disks that are full, and processes that die.
@Suite(.timeLimit(.minutes(3))) struct DiskTests {
    @Test(.enabled(if: TemporaryFolder.mayMount, "mounting a small disk takes root"))
    func `a full disk is loud and bounded, and mends itself when there is room: nothing is lost or doubled`()
        async throws
    {
        try await atDesk { desk in
            try await desk.folder.withSmallDisk(bytes: 256 << 10) { disk in
                let ballast = disk + "/ballast"
                func change(_ limits: inout JournalLimits) {
                    limits.groupBytesMax = 8 << 10
                    limits.memoryMax = 128 << 10
                    limits.pause = .milliseconds(5)
                    limits.pauseMax = .milliseconds(20)
                }
                var expected: [JournalRecord] = []
                try await desk.with(change, at: disk + "/journal") { journal in
                    func append(_ size: Int) throws {
                        let payload = [UInt8](repeating: UInt8.random(in: 0...255), count: size)
                        expected.append(JournalRecord(number: try journal.append(payload), payload: payload))
                    }
                    try append(1_000)
                    try await journal.untilDurable(1)
                    try Data(count: 200 << 10).write(to: URL(filePath: ballast))
                    // More than fits: what waits is told, and so is whoever asks later.
                    for _ in 0..<100 { try append(1_000) }
                    let last = expected[expected.count - 1].number
                    #expect(try await refusal { try await journal.untilDurable(last) } == .notDurable(code: ENOSPC))
                    guard case .failing(_, ENOSPC) = journal.state else {
                        Issue.record("\(journal.state)")
                        return
                    }
                    #expect(try await refusal { try await journal.untilDurable(last) } == .notDurable(code: ENOSPC))
                    // Up to the limit of memory they are still taken, then refused.
                    let full = try await refusal { while true { try append(1_000) } }
                    #expect(full == .full && journal.statistics.bytesInMemory <= 128 << 10)
                    #expect(journal.statistics.bytesInMemory > 126 << 10)
                    try FileManager.default.removeItem(atPath: ballast)
                    try await desk.loop.until("mending") { journal.state == .healthy }
                    try await journal.untilDurable(expected[expected.count - 1].number)
                    #expect(journal.statistics.syncsFailed > 0 && journal.statistics.recordsRefused == 1)
                    try append(10)
                }
                let told = desk.happenings.all
                #expect(told.first == .failing(SystemError(call: "write", code: ENOSPC)))
                #expect(told.count { if case .mended = $0 { true } else { false } } == 1 && told.count == 2)
                try await desk.with(at: disk + "/journal") { journal in
                    let records = try await journal.everything()
                    #expect(records == expected)
                    #expect(journal.recovery.damages.isEmpty && journal.recovery.tornBytes == 0)
                }
            }
        }
    }

    @Test(.enabled(if: TemporaryFolder.mayMount, "mounting a small disk takes root"))
    func `on a full disk, what is acknowledged gives its room back at once`() async throws {
        try await atDesk { desk in
            try await desk.folder.withSmallDisk(bytes: 128 << 10) { disk in
                func change(_ limits: inout JournalLimits) {
                    limits.segmentBytesMax = 16 << 10
                    limits.pause = .milliseconds(5)
                    limits.pauseMax = .milliseconds(20)
                }
                try await desk.with(change, at: disk + "/journal") { journal in
                    // Ten times what the disk holds goes through it.
                    for _ in 0..<320 {
                        let number = try journal.append([UInt8](repeating: 1, count: 4_000))
                        try await desk.loop.until("the record on the disk") {
                            journal.statistics.recordsDurable == number
                        }
                        journal.acknowledge(number)
                    }
                    #expect(journal.statistics.segmentsTrimmed > 40 && journal.statistics.depth == 0)
                }
            }
        }
    }

    @Test func `the journal's own limit on its files is a full disk, too`() async throws {
        try await atDesk { desk in
            func change(_ limits: inout JournalLimits) {
                limits.bytesMax = 1_000
                limits.segmentBytesMax = 1
                limits.pause = .milliseconds(1)
                limits.pauseMax = .milliseconds(1)
            }
            try await desk.with(change) { journal in
                try await journal.untilDurable(journal.append([UInt8](repeating: 1, count: 900)))
                let second = try journal.append([UInt8](repeating: 2, count: 100))
                #expect(try await refusal { try await journal.untilDurable(second) } == .notDurable(code: EDQUOT))
                journal.acknowledge(1)
                try await desk.loop.until("mending") { journal.state == .healthy }
                #expect(try desk.files() == ["00000000000000000002.journal"])
            }
        }
    }

    @Test func `a writer killed at any moment has kept all that it said was durable`() async throws {
        try await atDesk { desk in
            let output = desk.folder.path("durable")
            let probe = BuiltProducts.executable("JournalProbe").path
            var durable: UInt64 = 0
            for _ in 0..<15 {
                let told = durable
                try await ChildProcess.with(probe, [desk.path], output: output) { child in
                    try await desk.loop.until("the writer's first records") {
                        durable = Self.lastNumber(in: output)
                        return durable > told || !child.isRunning
                    }
                    #expect(child.isRunning)
                    try await desk.loop.sleep(for: .microseconds(Int64.random(in: 0...20_000)))
                    child.send(SIGKILL)
                    #expect(try await child.exit(on: desk.loop) == -SIGKILL)
                }
                durable = Self.lastNumber(in: output)
                let (records, recovery) = try await desk.found()
                #expect(recovery.damages.isEmpty)
                #expect(records.count >= Int(durable))
                // Dense, and each is what its writer had made of it.
                for (index, record) in records.enumerated() {
                    let words = String(decoding: record.payload, as: UTF8.self).split(separator: " ")
                    guard record.number == UInt64(index + 1), words.count >= 3, let place = Int(words[2]),
                        words[1] == (place == 0 ? "0" : "\(record.number - 1)"),
                        record.payload.count(where: { $0 == UInt8(ascii: "x") }) == place * 7
                    else {
                        Issue.record("record \(record.number) at \(index) is not what was written")
                        return
                    }
                }
            }
            #expect(durable >= 15 * 20)
        }
    }

    private static func lastNumber(in output: String) -> UInt64 {
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        // A line that was cut off by the end of its writer says nothing.
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().last.flatMap { UInt64($0) } ?? 0
    }
}
