import Glibc
import Loop
import TestKit
import Testing

@testable import Journal

/// What a disk may do to what was written, done on purpose.
@Suite(.timeLimit(.minutes(3))) struct DamageTests {
    private static let payloads: [[UInt8]] = [
        Array("first".utf8), Array("second, and longer".utf8), Array("third".utf8),
    ]
    private static let one = "00000000000000000001.journal"

    @Test func `a tail torn at any byte loses the last record alone, says how much, and the journal goes on behind it`()
        async throws
    {
        try await atDesk { desk in
            try await desk.write(Self.payloads)
            let whole = try desk.bytes(Self.one)
            let start = whole.count - (16 + Self.payloads[2].count)
            for end in start..<whole.count {
                try desk.set(Self.one, Array(whole[..<end]))
                try await desk.with { journal in
                    #expect(journal.recovery.tornBytes == end - start && journal.recovery.damages.isEmpty)
                    let records = try await journal.everything()
                    #expect(records.map(\.payload) == Array(Self.payloads[..<2]))
                    #expect(try journal.append([1]) == 3)
                }
                // The torn tail is now in the middle, with nothing missing behind it.
                let (records, recovery) = try await desk.found()
                #expect(records.map(\.payload) == Array(Self.payloads[..<2]) + [[1]])
                #expect(recovery.tornBytes == 0 && recovery.damages.isEmpty)
                try desk.remove("00000000000000000003.journal")
            }
        }
    }

    @Test func `any byte of any record flipped ends the reading before that record`() async throws {
        try await atDesk { desk in
            try await desk.write(Self.payloads)
            let whole = try desk.bytes(Self.one)
            var offset = 32
            for (index, payload) in Self.payloads.enumerated() {
                for place in offset..<offset + 16 + payload.count {
                    var bytes = whole
                    bytes[place] ^= UInt8.random(in: 1...255)
                    try desk.set(Self.one, bytes)
                    let (records, recovery) = try await desk.found()
                    #expect(records.map(\.payload) == Array(Self.payloads[..<index]), "byte \(place)")
                    #expect(recovery.tornBytes == whole.count - offset)
                }
                offset += 16 + payload.count
            }
            #expect(offset == whole.count)
        }
    }

    @Test func `a header torn or flipped at any byte hides the segment and says so`() async throws {
        try await atDesk { desk in
            try await desk.write(Self.payloads)
            let whole = try desk.bytes(Self.one)
            // The last four bytes of the header mean nothing.
            for place in 0..<28 {
                var bytes = whole
                bytes[place] ^= 0x10
                for bytes in [bytes, Array(whole[..<place])] {
                    try desk.set(Self.one, bytes)
                    let (records, recovery) = try await desk.found()
                    #expect(records.isEmpty && recovery.tornBytes == bytes.count)
                }
            }
        }
    }

    @Test func `a file that ends in zeros, as after a power cut, has no record there`() async throws {
        try await atDesk { desk in
            try await desk.write(Self.payloads)
            try desk.set(Self.one, desk.bytes(Self.one) + [UInt8](repeating: 0, count: 4_096))
            let (records, recovery) = try await desk.found()
            #expect(records.map(\.payload) == Self.payloads && recovery.tornBytes == 4_096)
        }
    }

    @Test func `a segment without one good record makes room, and what it held is set aside`() async throws {
        try await atDesk { desk in
            try await desk.write([[1]])
            var bytes = try desk.bytes(Self.one)
            bytes[40] ^= 1
            try desk.set(Self.one, bytes)
            try await desk.write([[2]])
            #expect(try desk.bytes(Self.one + ".aside") == bytes)
            #expect(try await desk.found().0 == [JournalRecord(number: 1, payload: [2])])
        }
    }

    @Test
    func `damage in the middle is reported with what is missing, at every start; the rest is kept, and so is the file`()
        async throws
    {
        try await atDesk { desk in
            func slow(_ limits: inout JournalLimits) { limits.segmentBytesMax = 60 }
            func quick(_ limits: inout JournalLimits) {
                limits.safetyWindow = .milliseconds(1)
                limits.trimEvery = .milliseconds(5)
            }
            try await desk.write((1...6).map { [$0] }, slow)
            let files = try desk.files()
            #expect(files.count == 3)
            var bytes = try desk.bytes(files[1])
            bytes[32 + 17 + 16] ^= 1
            try desk.set(files[1], bytes)
            let damage = JournalDamage(file: files[1], offset: 32 + 17, missing: 4...4, code: nil)
            for _ in 0..<2 {
                let (records, recovery) = try await desk.found()
                #expect(records.map(\.number) == [1, 2, 3, 5, 6])
                #expect(recovery.damages == [damage] && recovery.tornBytes == 0 && recovery.records == 5)
            }
            try await desk.with(quick) { journal in
                for number in [1, 2, 3, 5, 6] as [UInt64] { journal.acknowledge(number) }
                try await desk.loop.until("trimming") { journal.statistics.segmentsTrimmed == 3 }
            }
            #expect(try desk.files(all: true) == [files[1] + ".damaged"])
            #expect(try desk.bytes(files[1] + ".damaged") == bytes)
        }
    }

    @Test func `a segment missing from the middle, and one with a damaged header, are reported`() async throws {
        try await atDesk { desk in
            try await desk.write((1...4).map { [$0] }) { $0.segmentBytesMax = 1 }
            let files = try desk.files()
            try desk.remove(files[1])
            var bytes = try desk.bytes(files[2])
            bytes[0] ^= 1
            try desk.set(files[2], bytes)
            let (records, recovery) = try await desk.found()
            #expect(records.map(\.number) == [1, 4])
            #expect(
                recovery.damages == [
                    JournalDamage(file: files[0], offset: 32 + 17, missing: 2...2, code: nil),
                    JournalDamage(file: files[2], offset: 0, missing: 3...3, code: nil),
                ])
        }
    }

    @Test func `a segment that can't be read is reported with the reason`() async throws {
        try await atDesk { desk in
            try await desk.write((1...3).map { [$0] }) { $0.segmentBytesMax = 1 }
            let files = try desk.files()
            try desk.remove(files[1])
            // A link to itself: nobody can open that, whatever they may do.
            try desk.link(files[1], to: files[1])
            let (records, recovery) = try await desk.found()
            #expect(records.map(\.number) == [1, 3])
            #expect(recovery.damages.map(\.missing) == [2...2] && recovery.damages.map(\.code) == [ELOOP])
        }
    }
}
