import CSodium

/// Encrypts and authenticates small things at rest: XChaCha20-Poly1305 with a random nonce of 24 bytes in front.
///
/// `associated` is not stored but must be the same at opening: give the place the box belongs to (table, column, id), and
/// a box moved elsewhere does not open. The nonce is long enough to be drawn at random for as many boxes as there will
/// ever be.
package struct SealedBox: Sendable {
    package enum Failure: Error, Equatable {
        /// Too short, altered, moved, or sealed with another key: which of these, nobody learns.
        case doesNotOpen
    }

    package static let keyByteCount = 32
    package static let overhead = nonceByteCount + tagByteCount
    private static let nonceByteCount = 24
    private static let tagByteCount = 16

    private let key: Secret

    /// Nothing if the key does not have 32 bytes.
    package init?(key: Secret) {
        guard key.count == Self.keyByteCount else { return nil }
        self.key = key
    }

    package func seal(_ plain: Span<UInt8>, associated: Span<UInt8>) -> [UInt8] {
        Sodium.begin()
        return seal(plain, associated: associated, nonce: Randomness.bytes(Self.nonceByteCount))
    }

    package func open(_ box: Span<UInt8>, associated: Span<UInt8>) throws(Failure) -> Secret {
        guard box.count >= Self.overhead else { throw .doesNotOpen }
        Sodium.begin()
        var isGenuine = false
        let plain = unsafe Secret(count: box.count - Self.overhead) { plain in
            isGenuine = key.withBytes { key in
                unsafe key.withUnsafeBufferPointer { key in
                    unsafe box.withUnsafeBufferPointer { box in
                        unsafe associated.withUnsafeBufferPointer { associated in
                            guard let key = key.baseAddress, let nonce = box.baseAddress else { return false }
                            let result = unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                                plain.assumingMemoryBound(to: UInt8.self).baseAddress, nil, nil,
                                nonce + Self.nonceByteCount, UInt64(box.count - Self.nonceByteCount),
                                associated.baseAddress, UInt64(associated.count), nonce, key)
                            return result == 0
                        }
                    }
                }
            }
        }
        guard isGenuine else { throw .doesNotOpen }
        return plain
    }

    /// The same for what is no secret to whoever may open it: sound, a trace, an event.
    package func openedBytes(_ box: Span<UInt8>, associated: Span<UInt8>) throws(Failure) -> [UInt8] {
        try open(box, associated: associated).withBytes { span in span.indices.map { span[$0] } }
    }

    /// With the nonce as an input, for known answers. The same nonce twice under one key breaks the cipher.
    func seal(_ plain: Span<UInt8>, associated: Span<UInt8>, nonce: [UInt8]) -> [UInt8] {
        precondition(nonce.count == Self.nonceByteCount, "a nonce of another size")
        return key.withBytes { key in
            unsafe key.withUnsafeBufferPointer { key in
                unsafe plain.withUnsafeBufferPointer { plain in
                    unsafe associated.withUnsafeBufferPointer { associated in
                        unsafe [UInt8](unsafeUninitializedCapacity: plain.count + Self.overhead) { box, count in
                            guard let key = key.baseAddress, let room = box.baseAddress else {
                                preconditionFailure("neither a key nor room may be empty")
                            }
                            unsafe room.initialize(from: nonce, count: nonce.count)
                            let result = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                                room + Self.nonceByteCount, nil, plain.baseAddress, UInt64(plain.count),
                                associated.baseAddress, UInt64(associated.count), nil, nonce, key)
                            precondition(result == 0, "a box could not be sealed")
                            count = plain.count + Self.overhead
                        }
                    }
                }
            }
        }
    }
}
