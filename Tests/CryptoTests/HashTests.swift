import Crypto
import Testing
import Wire

@Suite struct HashTests {
    /// FIPS 180-4 examples.
    static let vectors: [(HashFunction, String, String)] = [
        (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (
            .sha512, "abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
    ]

    @Test(arguments: vectors)
    func `the published digests come out, in one piece and in many`(
        function: HashFunction, text: String, expected: String
    ) {
        let bytes = Array(text.utf8)
        #expect(function.digest(of: bytes).hex == expected)
        var digest = Digest(function)
        for byte in bytes { digest.update([byte].span) }
        #expect(digest.finish().hex == expected)
    }

    @Test func `the WebSocket handshake of RFC 6455 gets its answer`() {
        let key = "dGhlIHNhbXBsZSBub25jZQ==" + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        let digest = HashFunction.sha1.digest(of: Array(key.utf8))
        #expect(Base64.standard.encode(digest.span) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    /// RFC 4231, cases 1, 2 and 6.
    static let codes: [([UInt8], String, String)] = [
        (
            .init(repeating: 0x0b, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            .init(repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ]

    @Test(arguments: codes)
    func `the published keyed hashes come out, in one piece and in many`(key: [UInt8], text: String, expected: String) {
        let secret = Secret(copying: key), bytes = Array(text.utf8)
        let whole = HMACSHA256.code(for: bytes.span, key: secret)
        #expect(whole.hex == expected)
        var code = HMACSHA256(key: secret)
        for byte in bytes { code.update([byte].span) }
        #expect(code.finish() == whole)
        #expect(HMACSHA256.accepts(whole, for: bytes, key: secret))
        #expect(!HMACSHA256.accepts(whole.dropLast(), for: bytes, key: secret))
        #expect(!HMACSHA256.accepts(whole, for: (bytes + [0]), key: secret))
    }

    @Test func `comparison looks at every byte and at the length`() {
        let bytes: [UInt8] = [1, 2, 3, 4]
        #expect(areEqual(bytes, [1, 2, 3, 4]))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            #expect(!areEqual(bytes, other))
        }
        #expect(!areEqual(bytes, [1, 2, 3]))
        let nothing: [UInt8] = []
        #expect(areEqual(nothing, nothing))
    }
}
