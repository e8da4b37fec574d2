import CSodium

/// A password as it may be stored: argon2id with its salt and cost, in the usual text form (`$argon2id$v=19$…`).
///
/// Making and checking one takes about 50 ms of CPU and `Cost.memory` bytes **on the calling thread**, on purpose. Call
/// both on a lane for blocking work, never on a loop.
package struct PasswordHash: Hashable, Sendable, CustomStringConvertible {
    /// What guessing shall cost. More is safer and slower; what is stored keeps the cost it was made with.
    package struct Cost: Sendable {
        package let passes: UInt64
        package let memory: Int

        package init(passes: UInt64, memory: Int) { (self.passes, self.memory) = (passes, memory) }

        /// Two passes over 64 MiB: beyond what OWASP asks for, and bearable at a login.
        package static let login = Cost(passes: 2, memory: 64 << 20)
    }

    package enum Failure: Error, Equatable {
        /// More than `passwordByteMax` bytes: nobody types that.
        case passwordTooLong
        /// The machine would not give `Cost.memory` bytes.
        case noMemory
    }

    package static let passwordByteMax = 1_024

    /// The text to store.
    package let text: String

    /// Takes what was stored; nothing if it is not an argon2id hash.
    package init?(stored text: String) {
        guard text.hasPrefix("$argon2id$"), text.utf8.count < Self.textByteMax else { return nil }
        self.text = text
    }

    package static func make(from password: Secret, cost: Cost = .login) throws(Failure) -> PasswordHash {
        guard password.count <= passwordByteMax else { throw .passwordTooLong }
        Sodium.begin()
        var text = [CChar](repeating: 0, count: textByteMax)
        let result = password.withBytes { password in
            unsafe password.withUnsafeBytes { password in
                unsafe password.withMemoryRebound(to: CChar.self) { password in
                    // An empty buffer may have no address, and the library wants one.
                    var nothing: CChar = 0
                    return unsafe withUnsafePointer(to: &nothing) { nothing in
                        unsafe crypto_pwhash_str(
                            &text, password.baseAddress ?? nothing, UInt64(password.count), cost.passes, cost.memory)
                    }
                }
            }
        }
        guard result == 0 else { throw .noMemory }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return PasswordHash(text: String(decoding: bytes, as: UTF8.self))
    }

    /// Whether this is the password. A password too long to have been stored is just not the right one.
    package func matches(_ password: Secret) -> Bool {
        guard password.count <= Self.passwordByteMax else { return false }
        Sodium.begin()
        return password.withBytes { password in
            unsafe password.withUnsafeBytes { password in
                unsafe password.withMemoryRebound(to: CChar.self) { password in
                    var nothing: CChar = 0
                    return unsafe withUnsafePointer(to: &nothing) { nothing in
                        unsafe crypto_pwhash_str_verify(
                            text, password.baseAddress ?? nothing, UInt64(password.count)) == 0
                    }
                }
            }
        }
    }

    /// Whether it was made at another cost, and should be made anew at the next right password.
    package func isOutdated(for cost: Cost = .login) -> Bool {
        Sodium.begin()
        return unsafe crypto_pwhash_str_needs_rehash(text, cost.passes, cost.memory) != 0
    }

    package var description: String { "PasswordHash(redacted)" }

    /// What the library writes at most, its ending zero included (`crypto_pwhash_STRBYTES`).
    private static let textByteMax = 128

    private init(text: String) { self.text = text }
}
