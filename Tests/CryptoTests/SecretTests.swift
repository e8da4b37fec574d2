import Testing
import Wire

@testable import Crypto

@Suite struct SecretTests {
    @Test func `a secret shows nothing of itself`() {
        let secret = Secret(text: "hunter2")
        struct Holder { let inner: Secret }
        var dumped = ""
        dump(Holder(inner: secret), to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\(Holder(inner: secret))", "\([secret])", dumped] {
            #expect(text.contains("redacted"))
            #expect(!text.contains("hunter2") && !text.contains("104, 117"))
        }
    }

    @Test func `secrets are equal by their bytes`() {
        #expect(Secret(text: "a") == Secret(text: "a"))
        #expect(Secret(text: "a") != Secret(text: "b"))
        #expect(Secret(text: "a") != Secret(text: "aa"))
        #expect(Secret.random(count: 32) != Secret.random(count: 32))
    }

    @Test func `a password is known again and no other is`() throws {
        // The least the library allows, so that the suite stays quick; the cost is part of what is stored.
        let cost = PasswordHash.Cost(passes: 1, memory: 8 << 10)
        let hash = try PasswordHash.make(from: Secret(text: "correct horse"), cost: cost)
        #expect(hash.text.hasPrefix("$argon2id$v=19$m=8,t=1,p=1$"))
        #expect(hash.matches(Secret(text: "correct horse")))
        #expect(!hash.matches(Secret(text: "correct horsf")))
        #expect(!hash.matches(Secret(text: "")))
        #expect(try PasswordHash.make(from: Secret(text: "correct horse"), cost: cost) != hash)
        let stored = try #require(PasswordHash(stored: hash.text))
        #expect(stored.matches(Secret(text: "correct horse")))
        #expect(!stored.isOutdated(for: cost))
        #expect(stored.isOutdated(for: .login))
        #expect(!"\(hash)".contains("argon2id"))
    }

    @Test func `the cost of a login is the one named`() throws {
        let hash = try PasswordHash.make(from: Secret(text: ""))
        #expect(hash.text.hasPrefix("$argon2id$v=19$m=65536,t=2,p=1$"))
        #expect(hash.matches(Secret(text: "")))
        #expect(!hash.isOutdated())
    }

    @Test func `what is not a password hash, and passwords beyond the limit, are refused`() throws {
        for text in [
            "", "$argon2i$v=19$m=8,t=1,p=1$AA$AA", "$2b$10$x", "$argon2id$" + String(repeating: "A", count: 200),
        ] {
            #expect(PasswordHash(stored: text) == nil)
        }
        let malformed = try #require(PasswordHash(stored: "$argon2id$nonsense"))
        #expect(!malformed.matches(Secret(text: "")))
        let long = Secret(copying: [UInt8](repeating: 0x61, count: PasswordHash.passwordByteMax + 1))
        #expect(throws: PasswordHash.Failure.passwordTooLong) { try PasswordHash.make(from: long) }
        #expect(!malformed.matches(long))
    }

    /// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    @Test func `the published box comes out`() throws {
        let text =
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
            + "sunscreen would be it."
        let key = Secret(copying: (0x80...0x9f).map { UInt8($0) })
        let associated = try Hex.decode("50515253c0c1c2c3c4c5c6c7")
        let box = try #require(SealedBox(key: key))
        let sealed = box.seal(
            Array(text.utf8).span, associated: associated.span, nonce: (0x40...0x57).map { UInt8($0) })
        #expect(Array(sealed.suffix(16)).hex == "c0875924c1c7987947deafd8780acf49")
        let plain = try box.open(sealed, in: associated)
        #expect(plain == Secret(text: text))
    }

    @Test func `a box opens only whole, in its place and with its key`() throws {
        let box = try #require(SealedBox(key: .random(count: 32)))
        let other = try #require(SealedBox(key: .random(count: 32)))
        let place = Array("tenants.1".utf8), elsewhere = Array("tenants.2".utf8)
        let plain: [UInt8] = [1, 2, 3]
        let sealed = box.seal(plain, in: place)
        #expect(sealed.count == plain.count + SealedBox.overhead)
        #expect(try box.open(sealed, in: place) == Secret(copying: plain))
        #expect(sealed != box.seal(plain, in: place))
        #expect(throws: SealedBox.Failure.doesNotOpen) { try box.open(sealed, in: elsewhere) }
        #expect(throws: SealedBox.Failure.doesNotOpen) { try other.open(sealed, in: place) }
        for index in sealed.indices {
            var broken = sealed
            broken[index] ^= 1
            #expect(throws: SealedBox.Failure.doesNotOpen) { try box.open(broken, in: place) }
            let cut = sealed.prefix(index)
            #expect(throws: SealedBox.Failure.doesNotOpen) { try box.open(cut, in: place) }
        }
        #expect(SealedBox(key: .random(count: 31)) == nil)
        let nothing: [UInt8] = []
        let empty = box.seal(nothing, in: nothing)
        #expect(try box.open(empty, in: nothing).count == 0)
    }
}
