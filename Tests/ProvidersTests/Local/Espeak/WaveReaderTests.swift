import Testing

@testable import Providers

struct WaveReaderTests {
    private static func little(_ number: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func head(rate: Int = 22_050, bits: Int = 16, channels: Int = 1, more: [UInt8] = []) -> [UInt8] {
        let format = little(1, 2) + little(channels, 2) + little(rate, 4) + little(rate * 2, 4) + little(2, 2)
        let chunk = Array("fmt ".utf8) + little(16, 4) + format + little(bits, 2)
        // Whoever streams does not know how long it will be.
        return Array("RIFF".utf8) + little(0x7fff_f024, 4) + Array("WAVE".utf8) + chunk + more + Array("data".utf8)
            + little(0x7fff_f000, 4)
    }

    @Test(arguments: [1, 2, 3, 7, 44, 1_000]) func `in whatever pieces it comes, it is the same`(size: Int) throws {
        let expected: [Int16] = [0, 1, -1, .max, .min, 258]
        let list = Array("LIST".utf8) + Self.little(4, 4) + [1, 2, 3, 4]
        let bytes = Self.head(more: list) + expected.flatMap { Self.little(Int($0), 2) }
        var reader = WaveReader()
        var samples: [Int16] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            samples += try reader.take(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(samples == expected && reader.rate == 22_050)
    }

    @Test func `what is no such file is refused`() {
        let junk = Array("LIST".utf8) + Self.little(WaveReader.headBytesMax, 4)
        for bad in [
            Array("Error: the voice does not exist.".utf8), Self.head(bits: 8), Self.head(channels: 2),
            Self.head(more: junk), Array("RIFF....WAVEdata1234".utf8),
        ] {
            var reader = WaveReader()
            #expect(throws: WaveReader.Fault.self) { try reader.take(bad) }
        }
    }

    @Test func `half a head is no rate yet`() throws {
        var reader = WaveReader()
        let samples = try reader.take(Array(Self.head().prefix(30)))
        #expect(samples.isEmpty && reader.rate == nil)
    }
}
