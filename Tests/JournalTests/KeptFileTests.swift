import Foundation
import Loop
import TestKit
import Testing

@testable import Journal

/// Files that are there as a whole, and files of records that are read one by one.
@Suite struct KeptFileTests {
    private struct Read: Hashable {
        var records: [[UInt8]] = []
        var isCut = false
    }

    private static func records(_ path: String) throws -> Read {
        let stream = try #require(try RecordStream(path))
        var read = Read()
        while let record = try stream.next() { read.records.append(record) }
        read.isCut = stream.isCut
        return read
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }

    @Test func `a file stands in its place when it is kept, and not before`() async throws {
        try await TemporaryFolder.with { folder in
            let (inner, path) = (folder.path("inner"), folder.path("inner/one"))
            var file: KeptFile? = try KeptFile("one", in: inner)
            try file?.write([1, 2, 3])
            try file?.write([4])
            try file?.rewrite([9], at: 0)
            #expect(try KeptFile.age(of: path) == nil && file?.length == 4)
            // Let go before it was kept.
            file = nil
            #expect(try KeptFile.names(in: inner, suffix: "").filter { !$0.hasPrefix(".") } == [])
            let second = try KeptFile("one", in: inner)
            try second.write([1, 2, 3, 4])
            try second.keep()
            #expect(try KeptFile.read(path, from: 1, count: 2) == [2, 3])
            #expect(try KeptFile.read(path, from: 3, count: 9) == [4])
            #expect(try KeptFile.names(in: inner, suffix: "ne") == ["one"])
            #expect(try KeptFile.age(of: path) != nil)
            #expect(try KeptFile.remove(path))
            #expect(try !KeptFile.remove(path))
            #expect(try KeptFile.names(in: folder.path("nowhere"), suffix: "") == [])
        }
    }

    @Test func `records are read up to the first that is torn, damaged or too long`() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("one.records")
            #expect(try RecordStream(path) == nil)
            try Self.write(Array("nothing of ours".utf8), to: path)
            #expect(try RecordStream(path) == nil)
            let first = RecordFormat.mark + RecordFormat.bytes([1, 2], number: 0)
            let second = RecordFormat.bytes([3], number: 1)
            try Self.write(first + second, to: path)
            #expect(try Self.records(path) == Read(records: [[1, 2], [3]], isCut: false))
            try Self.write(first + second.dropLast(), to: path)
            #expect(try Self.records(path) == Read(records: [[1, 2]], isCut: true))
            // The same record again is in another place than its checksum says.
            try Self.write(first + RecordFormat.bytes([1, 2], number: 0), to: path)
            #expect(try Self.records(path) == Read(records: [[1, 2]], isCut: true))
            let most = [UInt8](repeating: 7, count: RecordStream.recordBytesMax)
            try Self.write(first + RecordFormat.bytes(most, number: 1), to: path)
            #expect(try Self.records(path).records.last?.count == RecordStream.recordBytesMax)
            try Self.write(first + RecordFormat.bytes(most + [7], number: 1), to: path)
            #expect(try Self.records(path) == Read(records: [[1, 2]], isCut: true))
        }
    }

    @Test func `a file that is being written, or read by another, is left alone`() async throws {
        try await TemporaryFolder.with { folder in
            let shelf = try RecordShelf(folder.path("shelf"), suffix: ".records")
            var volume: ShelfVolume? = shelf.begin("one")
            #expect(volume?.append(weight: 1) { [1] } == true)
            try await shelf.untilWritten()
            let path = folder.path("shelf/one.records")
            #expect(try RecordStream(path) == nil)
            volume = nil
            try await shelf.untilWritten()
            let reader = try #require(try RecordStream(path))
            #expect(try RecordStream(path) == nil)
            #expect(try reader.next() == [1])
            try await shelf.close()
        }
    }
}
