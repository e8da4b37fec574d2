import TestKit
import Testing

@testable import Redis

@Suite struct RedisReplyReaderTests {
    private static let table: [(wire: String, value: RedisValue)] = [
        ("+OK\r\n", .simple(Array("OK".utf8))),
        ("+\r\n", .simple([])),
        ("-ERR no such thing\r\n", .error(RedisRefusal("ERR no such thing"))),
        (":0\r\n", .integer(0)),
        (":-9223372036854775808\r\n", .integer(.min)),
        (":9223372036854775807\r\n", .integer(.max)),
        ("$0\r\n\r\n", .bulk([])),
        ("$5\r\na\r\n\0b\r\n", .bulk([0x61, 0x0d, 0x0a, 0, 0x62])),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("*0\r\n", .array([])),
        ("*2\r\n*0\r\n*-1\r\n", .array([.array([]), .null])),
        (
            "*3\r\n:1\r\n*2\r\n$1\r\na\r\n*1\r\n+b\r\n-WRONGTYPE x\r\n",
            .array([
                .integer(1), .array([.bulk([0x61]), .array([.simple([0x62])])]), .error(RedisRefusal("WRONGTYPE x")),
            ])
        ),
        ("*1\r\n*1\r\n*1\r\n*1\r\n:7\r\n", .array([.array([.array([.array([.integer(7)])])])])),
    ]

    @Test func `each kind of reply is read as what it is`() throws {
        for (wire, value) in Self.table {
            #expect(try replies(to: [Array(wire.utf8)]) == [value], "\(wire.debugDescription)")
        }
    }

    @Test func `the same replies come out however the bytes were cut`() throws {
        let wire = Array(Self.table.map(\.wire).joined().utf8)
        let expected = Self.table.map(\.value)
        for seed in UInt64(1)...300 {
            var random = Seeded(seed)
            var pieces: [[UInt8]] = []
            var rest = wire[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...9, using: &random))
                pieces.append(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(try replies(to: pieces) == expected, "seed \(seed)")
        }
    }

    @Test func `thousands of replies in one piece come out in order`() throws {
        let wire = (0..<5000).map { ":\($0)\r\n$3\r\nabc\r\n" }.joined()
        let values = try replies(to: [Array(wire.utf8)])
        #expect(values.count == 10_000)
        #expect(values.compactMap { if case .integer(let number) = $0 { number } else { nil } } == Array(0..<5000))
    }

    @Test func `a large value comes out whole`() throws {
        let value = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let wire = Array("$\(value.count)\r\n".utf8) + value + Array("\r\n".utf8)
        let pieces = stride(from: 0, to: wire.count, by: 16_384).map { Array(wire[$0..<min($0 + 16_384, wire.count)]) }
        #expect(try replies(to: pieces) == [.bulk(value)])
    }

    @Test(arguments: [
        ("arrays in arrays without end", String(repeating: "*1\r\n", count: 1000), RedisReplyFault.tooDeep),
        ("two thousand million elements", "*2147483647\r\n", .tooManyElements),
        ("many arrays that are too many together", "*90\r\n*90\r\n", .tooManyElements),
        ("a string longer than allowed", "$1025\r\n", .tooLong),
        ("a string of all the world's bytes", "$9223372036854775807\r\n", .tooLong),
        ("a length that fits no number", "$99999999999999999999999\r\n", .malformed),
        ("a length without end", "$" + String(repeating: "0", count: 64), .malformed),
        (
            "strings that are too long together",
            "*2\r\n$1000\r\n" + String(repeating: "x", count: 1000) + "\r\n$25\r\n" + String(repeating: "y", count: 25)
                + "\r\n", .tooLong
        ),
        ("a line without end", "+" + String(repeating: "x", count: 600), .tooLong),
        ("another protocol", "HTTP/1.1 400 Bad Request\r\n\r\n", .malformed),
        ("a length that is none", "$abc\r\n", .malformed),
        ("a number that is none", ":12x\r\n", .malformed),
        ("a negative length", "$-2\r\n", .malformed),
        ("binary noise", "\u{1}\u{2}\u{3}", .malformed),
    ])
    func `a hostile reply is refused`(_ what: String, _ wire: String, _ fault: RedisReplyFault) {
        var limits = RedisReplyLimits()
        limits.elementsMax = 100
        limits.bytesMax = 1024
        limits.lineMax = 512
        #expect(throws: fault, "\(what)") { try replies(to: [Array(wire.utf8)], limits) }
        #expect(throws: fault, "\(what), byte by byte") { try replies(to: wire.utf8.map { [$0] }, limits) }
    }

    @Test func `random bytes never crash the reader and never make it hold much`() {
        let alphabet = Array("*$+-:0123456789\r\nabcXYZ\u{0}".utf8)
        for seed in UInt64(1)...2000 {
            var random = Seeded(seed)
            let wire = (0..<200).compactMap { _ in alphabet.randomElement(using: &random) }
            // Refused or not, each is right; what counts is that it comes back.
            _ = Result { try replies(to: [wire]) }
        }
    }

    private func replies(to pieces: [[UInt8]], _ limits: RedisReplyLimits = RedisReplyLimits()) throws -> [RedisValue] {
        var reader = RedisReplyReader(limits: limits)
        var values: [RedisValue] = []
        for piece in pieces {
            piece.withUnsafeBytes { reader.feed($0) }
            while let value = try reader.next() { values.append(value) }
        }
        return values
    }
}
