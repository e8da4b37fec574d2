import Foundation
import Loop
import Synchronization
import TestKit
import Testing

@testable import Journal

/// Files that come, are written, and go again.
@Suite(.timeLimit(.minutes(2))) struct ShelfTests {
    private final class Told: Sendable {
        private let happenings = Mutex<[ShelfHappening]>([])
        var all: [ShelfHappening] { happenings.withLock { $0 } }
        func add(_ happening: ShelfHappening) { happenings.withLock { $0.append(happening) } }
    }

    private func with(
        _ change: (inout ShelfLimits) -> Void = { _ in },
        _ body: (RecordShelf, String, Told) async throws -> Void
    ) async throws {
        try await TemporaryFolder.with { folder in
            var limits = ShelfLimits()
            change(&limits)
            let told = Told()
            let path = folder.path("shelf")
            let shelf = try RecordShelf(path, suffix: ".rec", limits: limits) { told.add($0) }
            try await body(shelf, path, told)
            try await shelf.close()
        }
    }

    private func record(_ size: Int, _ byte: UInt8 = 7) -> @Sendable () -> [UInt8] {
        { [UInt8](repeating: byte, count: size) }
    }

    private func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    @Test func `records come back in order, each file with its own`() async throws {
        try await with { shelf, path, told in
            let (one, two) = (shelf.begin("one"), shelf.begin("two"))
            for number in UInt8(0)..<100 {
                one.append(weight: 3, record(3, number))
                two.append(weight: 1, record(1, number))
            }
            try await shelf.untilWritten()
            for (name, size) in [("one", 3), ("two", 1)] {
                let file = try #require(try RecordFile.read("\(path)/\(name).rec"))
                #expect(file.records == (0..<100).map { [UInt8](repeating: UInt8($0), count: size) })
                #expect(file.badBytes == 0)
            }
            #expect(shelf.statistics.recordsWritten == 200 && told.all.isEmpty)
            #expect(!one.isCut && !two.isCut)
        }
    }

    @Test func `what is too old goes, and then the oldest until there is room; what is being written stays`() {
        var limits = ShelfLimits()
        (limits.ageMax, limits.bytesMax) = (.seconds(100), 1_000)
        func victims(_ files: [(String, Int, Int, Bool)]) -> [String] {
            ShelfSweep.victims(
                files.map { ShelfSweep.File(name: $0.0, bytes: $0.1, age: .seconds($0.2), isOpen: $0.3) }, limits
            ).map(\.name)
        }
        #expect(victims([("a", 10, 100, false), ("b", 10, 99, false), ("c", 10, 900, true)]) == ["a"])
        #expect(victims([("a", 500, 1, false), ("b", 500, 2, false)]) == [])
        #expect(victims([("a", 400, 3, false), ("b", 400, 2, false), ("c", 400, 1, false)]) == ["a"])
        #expect(victims([("a", 100, 3, false), ("b", 500, 2, false), ("c", 500, 1, false)]) == ["a", "b"])
        #expect(victims([("a", 2_000, 3, true), ("b", 1, 2, false)]) == ["b"])
    }

    @Test func `old files are removed from the folder, and others of any name are left alone`() async throws {
        try await with({ $0.sweepEvery = .zero }) { shelf, path, told in
            let first = shelf.begin("first")
            first.append(weight: 9, record(9))
            try await shelf.untilWritten()
            try Data([1]).write(to: URL(filePath: path + "/old.rec"))
            try Data([1]).write(to: URL(filePath: path + "/old.txt"))
            for name in ["old.rec", "old.txt", "first.rec"] {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -8 * 24 * 3_600)], ofItemAtPath: "\(path)/\(name)")
            }
            let second = shelf.begin("second")
            try await shelf.untilWritten()
            #expect(try names(path) == ["first.rec", "old.txt", "second.rec"])
            #expect(shelf.statistics.filesSwept == 1 && told.all == [.swept(files: 1)])
            #expect(!first.isCut && !second.isCut)
        }
    }

    @Test func `at the limit of all files the oldest go, and where all are being written, what comes is not`()
        async throws
    {
        try await with({ $0.bytesMax = 10_000 }) { shelf, path, told in
            for number in 0..<20 {
                let volume = shelf.begin("call \(number)")
                volume.append(weight: 900, record(900))
                try await shelf.untilWritten()
                #expect(!volume.isCut)
            }
            try await shelf.untilWritten()
            let kept = try names(path)
            #expect(kept.contains("call 19.rec") && !kept.contains("call 0.rec") && kept.count < 12)
            #expect(shelf.statistics.bytesKept <= 10_000 && shelf.statistics.isHealthy)
            let long = shelf.begin("long")
            for _ in 0..<12 { long.append(weight: 900, record(900)) }
            try await shelf.untilWritten()
            #expect(long.isCut && shelf.statistics.filesCut == 1 && !shelf.statistics.isHealthy)
            #expect(told.all.contains(.failing(SystemError(call: "the shelf's own limit", code: EDQUOT))))
            #expect(shelf.statistics.bytesKept <= 10_000)
            // What was written of it can be read.
            #expect(try #require(try RecordFile.read(path + "/long.rec")).records.count > 5)
        }
    }

    @Test func `a file that is as long as one may be ends there, and others go on`() async throws {
        try await with({ $0.fileBytesMax = 1_000 }) { shelf, path, told in
            let (long, other) = (shelf.begin("long"), shelf.begin("other"))
            for _ in 0..<20 { long.append(weight: 92, record(92)) }
            other.append(weight: 92, record(92))
            try await shelf.untilWritten()
            #expect(long.isCut && !other.isCut && told.all == [.cut])
            #expect(try #require(try RecordFile.read(path + "/long.rec")).records.count == 9)
            #expect(shelf.statistics.isHealthy)
        }
    }

    @Test func `a disk that falls behind ends files and holds no more than the limit`() async throws {
        try await with({ $0.waitingMax = 10_000 }) { shelf, path, told in
            let (gate, held) = (Signal(), Signal())
            let slow = shelf.begin("slow")
            slow.append(weight: 1) {
                held.raise()
                gate.wait()
                return [1]
            }
            held.wait()
            let fast = shelf.begin("fast")
            var taken = 0
            while fast.append(weight: 1_000 - 128, record(1_000)) { taken += 1 }
            #expect(taken == 9 && fast.isCut && told.all == [.cut])
            #expect(shelf.statistics.bytesWaiting <= 10_000)
            gate.raise()
            try await shelf.untilWritten()
            #expect(shelf.statistics.bytesWaiting == 0)
            let next = shelf.begin("next")
            #expect(next.append(weight: 5_000, record(5_000)))
            try await shelf.untilWritten()
            #expect(!next.isCut && !slow.isCut)
        }
    }

    @Test(.enabled(if: TemporaryFolder.mayMount, "mounting a small disk takes root"))
    func `a full disk is told once, ends files at a whole record, and mends itself`() async throws {
        try await TemporaryFolder.with { folder in
            try await folder.withSmallDisk(bytes: 64 << 10) { disk in
                let told = Told()
                let shelf = try RecordShelf(disk + "/shelf", suffix: ".rec") { told.add($0) }
                let first = shelf.begin("first")
                for _ in 0..<100 { first.append(weight: 1_000, record(1_000)) }
                let second = shelf.begin("second")
                for _ in 0..<10 { second.append(weight: 1_000, record(1_000)) }
                try await shelf.untilWritten()
                #expect(first.isCut && !shelf.statistics.isHealthy)
                let file = try #require(try RecordFile.read(disk + "/shelf/first.rec"))
                #expect(file.badBytes == 0 && file.records.count > 40 && file.records.count < 100)
                #expect(told.all.contains(.failing(SystemError(call: "write", code: ENOSPC))))
                try FileManager.default.removeItem(atPath: disk + "/shelf/first.rec")
                let third = shelf.begin("third")
                for _ in 0..<10 { third.append(weight: 1_000, record(1_000)) }
                try await shelf.untilWritten()
                #expect(!third.isCut && shelf.statistics.isHealthy && told.all.last == .mended)
                try await shelf.close()
            }
        }
    }

    @Test func `a folder that can't be made ends every file, and nobody waits`() async throws {
        try await TemporaryFolder.with { folder in
            let told = Told()
            let shelf = try RecordShelf(folder.path("missing/shelf"), suffix: ".rec") { told.add($0) }
            let volume = shelf.begin("one")
            volume.append(weight: 1, record(1))
            try await shelf.untilWritten()
            #expect(volume.isCut && told.all.contains(.failing(SystemError(call: "mkdir", code: ENOENT))))
            #expect(shelf.statistics.bytesWaiting == 0 && shelf.statistics.filesBegun == 0)
        }
    }
}
