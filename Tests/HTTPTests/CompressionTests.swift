import TestKit
import Testing
import Wire

@testable import HTTP

@Suite(.timeLimit(.minutes(1))) struct CompressionTests {
    private static func unpack(_ bytes: [UInt8], limit: Int) -> Result<[UInt8], CompressionError> {
        do throws(CompressionError) { return .success(try Gzip.decompress(bytes.span, limit: limit)) } catch {
            return .failure(error)
        }
    }

    @Test(arguments: [0, 1, 100, 16_384, 16_385, 300_000]) func `what gzip packs it unpacks`(size: Int) {
        var random = Seeded(UInt64(size))
        let bytes = (0..<size).map { _ in UInt8.random(in: 0...20, using: &random) }
        #expect(Self.unpack(Gzip.compress(bytes.span), limit: size) == .success(bytes))
    }

    @Test func `a body of exactly the limit passes and one more byte does not`() {
        let packed = Gzip.compress([UInt8](repeating: 1, count: 100_001).span)
        #expect(Self.unpack(packed, limit: 100_000) == .failure(.tooLarge(limit: 100_000)))
        #expect(Self.unpack(packed, limit: 100_001).map(\.count) == .success(100_001))
        #expect(Self.unpack(packed, limit: 0) == .failure(.tooLarge(limit: 0)))
    }

    @Test func `a bomb is refused at the limit`() {
        let bomb = Gzip.compress([UInt8](repeating: 0, count: 64 << 20).span, level: 9)
        #expect(bomb.count < 80_000)
        #expect(Self.unpack(bomb, limit: 1 << 20) == .failure(.tooLarge(limit: 1 << 20)))
    }

    @Test func `bytes that are cut short, changed, or no gzip at all are refused by name`() {
        var packed = Gzip.compress(Array("hello hello hello".utf8).span)
        #expect(Self.unpack(Array(packed.dropLast()), limit: 100) == .failure(.truncated))
        #expect(Self.unpack([], limit: 100) == .failure(.truncated))
        #expect(Self.unpack(Array("plain".utf8), limit: 100) == .failure(.corrupt))
        packed[packed.count - 8] ^= 1
        #expect(Self.unpack(packed, limit: 100) == .failure(.corrupt), "a wrong checksum")
    }

    @Test func `members in a row are one body, and what follows that is no member is refused`() {
        let both = Gzip.compress(Array("one ".utf8).span) + Gzip.compress(Array("two".utf8).span)
        #expect(Self.unpack(both, limit: 100) == .success(Array("one two".utf8)))
        #expect(Self.unpack(both + [1, 2, 3], limit: 100) == .failure(.corrupt))
    }

    @Test func `messages packed one after the other don't know of each other`() throws {
        let compression = MessageCompression()
        let text = Array("the same words again and again".utf8)
        var all: [[UInt8]] = []
        for _ in 0..<3 { compression.packed(text.span) { packed in all.append(packed.withUnsafeBytes { Array($0) }) } }
        #expect(Set(all).count == 1)
        for packed in all {
            var plain = ByteQueue()
            try compression.unpack(packed.span, onto: &plain, limit: 100)
            #expect(plain.copied() == text)
        }
    }

    @Test func `a message whose stream ends by itself is unpacked, as RFC 7692 shows`() throws {
        // The example of §7.2.3.4: "Hello" in a final block, followed by an empty byte.
        let packed: [UInt8] = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00]
        var plain = ByteQueue()
        try MessageCompression().unpack(packed.span, onto: &plain, limit: 100)
        #expect(plain.copied() == Array("Hello".utf8))
    }

    @Test func `a message packed by the standard's own example is unpacked`() throws {
        // §7.2.3.1.
        let packed: [UInt8] = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]
        var plain = ByteQueue()
        try MessageCompression().unpack(packed.span, onto: &plain, limit: 5)
        #expect(plain.copied() == Array("Hello".utf8))
    }
}
