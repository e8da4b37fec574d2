import Crypto
import Testing

@Suite struct HMACSHA1Tests {
    /// RFC 2202, cases 1, 2 and 6.
    static let codes: [([UInt8], String, String)] = [
        ([UInt8](repeating: 0x0b, count: 20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
        (Array("Jefe".utf8), "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (
            [UInt8](repeating: 0xaa, count: 80), "Test Using Larger Than Block-Size Key - Hash Key First",
            "aa4ae5e15272d00e95705637ce8a3b55ed402112"
        ),
    ]

    @Test(arguments: codes)
    func `the published codes come out, and no other is taken for them`(key: [UInt8], text: String, expected: String) {
        let (secret, bytes) = (Secret(copying: key), Array(text.utf8))
        let code = HMACSHA1.code(for: bytes.span, key: secret)
        #expect(code.hex == expected)
        let isValid = HMACSHA1.isValid(code.span, for: bytes.span, key: secret)
        #expect(isValid)
        for place in code.indices {
            var other = code
            other[place] ^= 1
            let isTaken = HMACSHA1.isValid(other.span, for: bytes.span, key: secret)
            #expect(!isTaken)
        }
        let isShortTaken = HMACSHA1.isValid([UInt8](code.dropLast()).span, for: bytes.span, key: secret)
        #expect(!isShortTaken)
    }
}
