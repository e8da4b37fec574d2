import Testing
import Wire

@Suite struct Base64Tests {
    /// RFC 4648 §10.
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test(arguments: vectors)
    func `the published vectors hold in both directions`(plain: String, encoded: String) throws {
        let bytes = Array(plain.utf8)
        #expect(Base64.standard.encode(bytes.span) == encoded)
        #expect(try Base64.standard.decode(encoded) == bytes)
        let bare = String(encoded.prefix { $0 != "=" })
        #expect(Base64.url.encode(bytes.span) == bare)
        #expect(try Base64.url.decode(bare) == bytes)
    }

    @Test func `the two alphabets differ in the last two characters only`() throws {
        let bytes: [UInt8] = [0xfb, 0xef, 0xff]
        #expect(Base64.standard.encode(bytes.span) == "++//")
        #expect(Base64.url.encode(bytes.span) == "--__")
        #expect(throws: Base64Error(.alphabet, at: 0)) { try Base64.standard.decode("--__") }
        #expect(throws: Base64Error(.alphabet, at: 0)) { try Base64.url.decode("++//") }
    }

    @Test func `every length comes back as it went`() throws {
        var state: UInt64 = 1
        for count in 0...300 {
            var bytes: [UInt8] = []
            for _ in 0..<count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(UInt8(truncatingIfNeeded: state >> 33))
            }
            for alphabet in [Base64.standard, .url] {
                let text = alphabet.encode(bytes.span)
                #expect(text.utf8.count == alphabet.encodedCount(of: count))
                #expect(try alphabet.decode(text) == bytes)
                var queue = ByteQueue()
                queue.append("kept")
                alphabet.encode(bytes.span, into: &queue)
                #expect(queue.count == 4 + text.utf8.count)
                queue.consume(4)
                var back = ByteQueue()
                try alphabet.decode(queue.bytes, into: &back)
                #expect(back.withUnsafeBytes { Array($0) } == bytes)
            }
        }
    }

    @Test func `a byte outside the alphabet is refused wherever it stands`() {
        let text = Array("Zm9vYmFyZm8=".utf8)
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for byte in UInt8.min...UInt8.max where !alphabet.contains(byte) {
            for position in 0..<text.count - 1 {
                var broken = text
                broken[position] = byte
                // The padding may stand in the last place but one; then the text before it has spare bits.
                let error =
                    byte == UInt8(ascii: "=") && position == text.count - 2
                    ? Base64Error(.trailingBits, at: 9) : Base64Error(.alphabet, at: position)
                #expect(throws: error) { try Base64.standard.decode(broken.span) }
            }
        }
    }

    @Test(arguments: [
        ("Z", Base64Error.Reason.length), ("Zg", .length), ("Zg=", .length), ("Zg===", .length), ("====", .alphabet),
        ("Z===", .alphabet), ("=Zg=", .alphabet), ("Zg==Zg==", .alphabet), ("Zh==", .trailingBits),
        ("Zm9=", .trailingBits), ("Zm9v\n", .length), ("Zm9v\r\n\r\n", .alphabet), ("Zg= ", .alphabet),
    ])
    func `a second spelling of the same bytes is refused`(text: String, reason: Base64Error.Reason) {
        #expect { try Base64.standard.decode(text) } throws: { ($0 as? Base64Error)?.reason == reason }
    }

    @Test(arguments: [
        ("Z", Base64Error.Reason.length), ("Zg==", .alphabet), ("Zh", .trailingBits), ("Zm9", .trailingBits),
    ])
    func `tokens carry no padding and no spare bits`(text: String, reason: Base64Error.Reason) {
        #expect { try Base64.url.decode(text) } throws: { ($0 as? Base64Error)?.reason == reason }
    }

    @Test func `a refusal appends nothing`() {
        var queue = ByteQueue()
        queue.append("kept")
        let broken = Array("Zm9vYmF!".utf8)
        #expect(throws: Base64Error(.alphabet, at: 7)) { try Base64.standard.decode(broken.span, into: &queue) }
        #expect(queue.count == 4)
    }

    @Test func `hexadecimal is written in lower case and read in either`() throws {
        let bytes: [UInt8] = [0x00, 0x9f, 0xa0, 0xff]
        #expect(Hex.encode(bytes.span) == "009fa0ff")
        #expect(try Hex.decode("009Fa0fF") == bytes)
        var queue = ByteQueue()
        Hex.encode(bytes.span, into: &queue)
        #expect(queue.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == "009fa0ff")
        #expect(throws: Base64Error(.length, at: 3)) { try Hex.decode("009") }
        for broken in ["0g", "0/", "0:", "0@", "0`", "0G", "0 "] {
            #expect(throws: Base64Error(.alphabet, at: 1)) { try Hex.decode(broken) }
        }
    }
}
