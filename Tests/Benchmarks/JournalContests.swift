import Foundation
import Journal
import Loop

/// Whether the journal keeps up with what it is there for, and what it costs beside the least that could be done: a loop of
/// `write` and `fdatasync` with as many records at once.
enum JournalContests {
    static let all = [rate, cost]

    private static let payload = [UInt8](repeating: UInt8(ascii: "x"), count: 400)
    private static let groupSize = 256
    private static let groups = 300
    private static var records: Int { groupSize * groups }

    private static let rate = Contest(
        name: "journal", question: "durable records of 400 bytes, 256 in a group, per second",
        peer: "a thousand calls of ten events a second, ten times over", unit: "k/s", goal: .atLeast(1)
    ) { body in
        try folder { folder in
            try body(
                { try ours(folder).rate },
                {
                    let loop = try plain(folder).rate
                    return Figure(needed, note: "(a bare loop of `write` and `fdatasync`: \(loop.value.short))")
                })
        }
    }

    /// Thousands of records in a second.
    private static let needed = 100.0

    private static let cost = Contest(
        name: "journal-cpu", question: "CPU time of a durable record of 400 bytes, 256 in a group",
        peer: "`write` + `fdatasync` of the same groups", unit: "µs", goal: .atMost(4)
    ) { body in
        try folder { folder in try body({ try ours(folder).cost }, { try plain(folder).cost }) }
    }

    private struct Measured {
        let seconds: Double
        let processor: UInt64
        let note: String

        var rate: Figure { Figure(Double(records) / seconds / 1_000, note: note) }
        var cost: Figure { Figure(Double(processor) / Double(records) / 1_000, note: note) }
    }

    private static func ours(_ folder: URL) throws -> Measured {
        let spent = Accounts.ownTime()
        let path = folder.appending(path: "journal").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try Loops.run(1, name: "journal") { loops in
            var limits = JournalLimits()
            // A group is on its way while the next one is gathered, as in a busy process.
            limits.gathering = .zero
            let journal = try await Journal.open(path, on: loops.first, limits: limits)
            let began = Moment.now
            var before: UInt64 = 0
            for _ in 0..<groups {
                var last: UInt64 = 0
                for _ in 0..<groupSize { last = try journal.append(payload) }
                if before > 0 { try await journal.untilDurable(before) }
                before = last
            }
            try await journal.untilDurable(before)
            let seconds = (Moment.now - began).inSeconds
            let syncs = journal.statistics.syncs
            await journal.close()
            return Measured(
                seconds: seconds, processor: Accounts.ownTime() - spent, note: "(\(syncs) syncs)")
        }
    }

    private static func plain(_ folder: URL) throws -> Measured {
        let path = folder.appending(path: "plain").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let group = [UInt8](repeating: UInt8(ascii: "x"), count: groupSize * (payload.count + 16))
        let spent = Accounts.ownTime()
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
        guard file >= 0 else { throw Trouble("\(path) can't be made: \(errno)") }
        defer { close(file) }
        let began = Moment.now
        for _ in 0..<groups {
            guard write(file, group, group.count) == group.count, fdatasync(file) == 0 else {
                throw Trouble("\(path) can't be written: \(errno)")
            }
        }
        return Measured(
            seconds: (Moment.now - began).inSeconds, processor: Accounts.ownTime() - spent, note: "(\(groups) syncs)")
    }

    /// On the disk of this checkout: a folder for temporary files may be memory.
    private static func folder(_ body: (URL) throws -> Void) throws {
        let folder = URL(filePath: ".build/journal-contest")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }
}
