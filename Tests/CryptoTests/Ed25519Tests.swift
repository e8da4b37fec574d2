import Crypto
import Testing
import Wire

@Suite struct Ed25519Tests {
    /// RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature.
    static let vectors = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ]

    @Test(arguments: vectors)
    func `the published keys and signatures come out`(seed: String, key: String, message: String, signature: String)
        throws
    {
        let privateKey = try #require(Ed25519.PrivateKey(seed: Secret(copying: Hex.decode(seed))))
        let bytes = try Hex.decode(message)
        #expect(privateKey.publicKey.bytes.hex == key)
        #expect(privateKey.sign(bytes).hex == signature)
        #expect(privateKey.publicKey.accepts(try Hex.decode(signature), for: bytes))
    }

    @Test func `a carrier's webhook is checked over its time stamp and its body`() throws {
        let text = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
        let key = try #require(Ed25519.PublicKey(Base64.standard.decode(text)))
        let signed = Array("1795000000|{}".utf8)
        let signature = try Base64.standard.decode(
            "Z6w9h812mPmldwZPTn+1t6EhG9RXyHxJI2MigZ/dXSYsoMJg2yBpcR1k+YLSSzxzeimNQoslhIPeT2JT+tNeBQ==")
        #expect(key.accepts(signature, for: signed))
        #expect(!key.accepts(signature, for: Array("1795000001|{}".utf8)))
        #expect(!key.accepts([UInt8](repeating: 0, count: 64), for: signed))
        #expect(!key.accepts(signature.prefix(32), for: signed))
    }

    @Test func `every single bit of a signature counts`() {
        let key = Ed25519.PrivateKey()
        let message = Array("answer the phone".utf8)
        let signature = key.sign(message)
        for bit in 0..<512 {
            var broken = signature
            broken[bit / 8] ^= 1 << (bit % 8)
            #expect(!key.publicKey.accepts(broken, for: message), "bit \(bit)")
        }
    }

    @Test func `a signature has no second spelling`() throws {
        // The same signature with the group's order added to its second half, which lax verifiers accept.
        let order: [UInt8] = try Hex.decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
        let key = Ed25519.PrivateKey()
        let message: [UInt8] = [1, 2, 3]
        var signature = key.sign(message)
        var carry = 0
        for index in 0..<32 {
            carry += Int(signature[32 + index]) + Int(order[index])
            signature[32 + index] = UInt8(truncatingIfNeeded: carry)
            carry >>= 8
        }
        #expect(!key.publicKey.accepts(signature, for: message))
    }

    @Test(arguments: [0, 16, 31, 33, 64])
    func `keys have 32 bytes`(count: Int) {
        #expect(Ed25519.PublicKey([UInt8](repeating: 1, count: count)) == nil)
        #expect(Ed25519.PrivateKey(seed: .random(count: count)) == nil)
    }
}
