import Foundation
import Journal
import Loop
import Synchronization
import TestKit

/// What a test of the journal has at hand: a loop, a folder, and what journals have told.
struct Desk: Sendable {
    let loop: Loop
    let folder: TemporaryFolder
    let happenings = Happenings()

    var path: String { folder.path("journal") }

    /// Opens the journal, and closes it after `body`.
    func with<Value>(
        _ change: (inout JournalLimits) -> Void = { _ in }, at path: String? = nil,
        _ body: (Journal) async throws -> Value
    ) async throws -> Value {
        var limits = JournalLimits()
        limits.gathering = .milliseconds(1)
        change(&limits)
        let journal = try await Journal.open(path ?? self.path, on: loop, limits: limits) { [happenings] in
            happenings.add($0)
        }
        let result: Result<Value, any Error>
        do { result = .success(try await body(journal)) } catch { result = .failure(error) }
        await journal.close()
        return try result.get()
    }

    /// Writes the given records and closes the journal: what the process before left behind.
    func write(_ payloads: [[UInt8]], _ change: (inout JournalLimits) -> Void = { _ in }) async throws {
        try await with(change) { journal in
            for payload in payloads { try await journal.untilDurable(journal.append(payload)) }
        }
    }

    /// What is found again, and how.
    func found(_ change: (inout JournalLimits) -> Void = { _ in }) async throws -> ([JournalRecord], JournalRecovery) {
        try await with(change) { journal in (try await journal.everything(), journal.recovery) }
    }

    /// The names of the segments, in order; those under other names with `all`.
    func files(all: Bool = false) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { $0.hasSuffix(".journal") || (all && $0 != "lock") }.sorted()
    }

    func bytes(_ file: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(path)/\(file)"))) }
    func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(file)") }
    func link(_ file: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(file)", withDestinationPath: target)
    }
    func set(_ file: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: "\(path)/\(file)")) }
}

final class Happenings: Sendable {
    private let list = Mutex<[JournalHappening]>([])

    var all: [JournalHappening] { list.withLock { $0 } }
    func add(_ happening: JournalHappening) { list.withLock { $0.append(happening) } }
}

extension Journal {
    func everything() async throws -> [JournalRecord] {
        var all: [JournalRecord] = []
        try await replay { all += $0 }
        return all
    }
}

func atDesk(_ body: @escaping @Sendable (Desk) async throws -> Void) async throws {
    try await Loops.with { loops in
        try await TemporaryFolder.with { folder in try await body(Desk(loop: loops.first, folder: folder)) }
    }
}

/// What `body` throws, if it is the journal's error.
func refusal(_ body: () async throws -> some Any) async throws -> JournalError? {
    do {
        _ = try await body()
        return nil
    } catch let error as JournalError {
        return error
    }
}
