import Crypto
import Domain
import Testing
import Wire

@Suite struct G711Tests {
    static let samples = (Int(Int16.min)...Int(Int16.max)).map { Int16($0) }

    private static func encoded(_ law: G711) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: samples.count)
        var room = bytes.mutableSpan
        law.encode(samples.span, into: &room)
        return bytes
    }

    private static func decoded(_ law: G711) -> [Int16] {
        let bytes = (0...255).map { UInt8($0) }
        var samples = [Int16](repeating: 0, count: bytes.count)
        var room = samples.mutableSpan
        law.decode(bytes.span, into: &room)
        return samples
    }

    @Test(arguments: [
        (G711.muLaw, "81d633c9e6972a18c74a58720b96cb8ca0bdd096d4060b646dd708c3b846019a"),
        (.aLaw, "38488f6fd710f4686360edc4d38639f96c491595ef93f8eb8d62d5e07ca6ce7b"),
    ])
    func `every sample is encoded as the recommendation says`(law: G711, checksum: String) {
        let digest = HashFunction.sha256.digest(of: Self.encoded(law))
        #expect(Hex.encode(digest.span) == checksum)
        #expect(Self.encoded(law) == Self.samples.map(law.encode))
    }

    @Test(arguments: [
        (G711.muLaw, "3dab54339e520bb2c924826e3b72a917a2b612e9fd12fc867500f1d983a75827"),
        (.aLaw, "e04788d110e58ff8c70c93b8480190d973e3b67876b6119abbaec766cc75c174"),
    ])
    func `every byte is decoded as the recommendation says`(law: G711, checksum: String) {
        let bytes = Self.decoded(law).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        let digest = HashFunction.sha256.digest(of: bytes)
        #expect(Hex.encode(digest.span) == checksum)
        #expect(Self.decoded(law) == (0...255).map { law.decode(UInt8($0)) })
    }

    @Test(arguments: [G711.muLaw, .aLaw])
    func `a byte survives the way through a sample`(law: G711) {
        for byte in UInt8.min...UInt8.max {
            // Mu-law has two zeros, and the negative one comes back as the positive.
            let expected: UInt8 = law == .muLaw && byte == 0x7F ? 0xFF : byte
            #expect(law.encode(law.decode(byte)) == expected)
        }
    }

    @Test func `silence and full scale are where they belong`() {
        #expect(G711.muLaw.decode(G711.muLaw.silence) == 0)
        #expect(G711.aLaw.decode(G711.aLaw.silence) == 8)
        #expect(Self.decoded(.muLaw).max() == 32_124 && Self.decoded(.muLaw).min() == -32_124)
        #expect(Self.decoded(.aLaw).max() == 32_256 && Self.decoded(.aLaw).min() == -32_256)
    }
}
