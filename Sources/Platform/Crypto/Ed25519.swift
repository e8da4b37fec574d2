import CSodium

/// Signatures by RFC 8032. The keys are types of their own, so that no other algorithm can be fed with them.
package enum Ed25519 {
    package static let signatureByteCount = 64
    package static let keyByteCount = 32

    /// A key to check signatures with. Public: it may be shown to anybody.
    package struct PublicKey: Hashable, Sendable {
        package let bytes: [UInt8]

        /// Nothing if these are not 32 bytes.
        package init?(_ bytes: [UInt8]) {
            guard bytes.count == Ed25519.keyByteCount else { return nil }
            self.bytes = bytes
        }

        /// Whether the signature is this key's over exactly these bytes. Signatures and keys that have a second spelling
        /// or a small order are refused; a signature of another length is just not valid.
        package func isValid(_ signature: Span<UInt8>, for message: Span<UInt8>) -> Bool {
            guard signature.count == Ed25519.signatureByteCount else { return false }
            Sodium.begin()
            return unsafe signature.withUnsafeBufferPointer { signature in
                unsafe message.withUnsafeBufferPointer { message in
                    guard let start = signature.baseAddress else { return false }
                    return unsafe crypto_sign_verify_detached(
                        start, message.baseAddress, UInt64(message.count), bytes) == 0
                }
            }
        }
    }

    /// A key to sign with, kept as the 32 bytes it grows from.
    package struct PrivateKey: Sendable {
        package let publicKey: PublicKey
        /// Seed and public key one behind the other, as the library wants them.
        private let expanded: Secret

        package init() { self.init(expanding: .random(count: Ed25519.keyByteCount)) }

        /// Nothing if these are not 32 bytes.
        package init?(seed: Secret) {
            guard seed.count == Ed25519.keyByteCount else { return nil }
            self.init(expanding: seed)
        }

        private init(expanding seed: Secret) {
            Sodium.begin()
            var publicBytes = [UInt8](repeating: 0, count: Ed25519.keyByteCount)
            expanded = unsafe Secret(count: 64) { target in
                seed.withBytes { seed in
                    unsafe seed.withUnsafeBufferPointer { seed in
                        let target = unsafe target.assumingMemoryBound(to: UInt8.self)
                        guard let start = seed.baseAddress, let room = target.baseAddress,
                            unsafe crypto_sign_seed_keypair(&publicBytes, room, start) == 0
                        else { preconditionFailure("a key pair could not be made") }
                    }
                }
            }
            guard let key = PublicKey(publicBytes) else { preconditionFailure("a public key of another size") }
            publicKey = key
        }

        package func sign(_ message: Span<UInt8>) -> [UInt8] {
            expanded.withBytes { key in
                unsafe key.withUnsafeBufferPointer { key in
                    unsafe message.withUnsafeBufferPointer { message in
                        var signature = [UInt8](repeating: 0, count: Ed25519.signatureByteCount)
                        guard let key = key.baseAddress,
                            unsafe crypto_sign_detached(
                                &signature, nil, message.baseAddress, UInt64(message.count), key) == 0
                        else { preconditionFailure("a message could not be signed") }
                        return signature
                    }
                }
            }
        }
    }
}
