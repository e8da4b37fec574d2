import COpenSSL

/// A keyed hash (RFC 2104 over SHA-256) in the making: only who has the key can make it or check it.
@safe
package struct HMACSHA256: ~Copyable {
    package static let byteCount = 32

    /// Looked up once; immutable afterwards, and counted atomically by OpenSSL. Kept until the process ends.
    @safe private struct Fetched: @unchecked Sendable {
        let algorithm: OpaquePointer

        init() {
            guard let algorithm = unsafe EVP_MAC_fetch(nil, "HMAC", nil) else {
                preconditionFailure("HMAC is not to be had: \(OpenSSLFailure.reasons())")
            }
            unsafe self.algorithm = algorithm
        }
    }

    private static let fetched = Fetched()
    private let context: OpaquePointer

    package init(key: Secret) {
        precondition(key.count > 0, "an empty key protects nothing")
        OpenSSLFailure.forget()
        guard let context = unsafe EVP_MAC_CTX_new(Self.fetched.algorithm) else {
            preconditionFailure("no memory for a keyed hash")
        }
        unsafe self.context = context
        key.withBytes { key in
            unsafe key.withUnsafeBufferPointer { key in
                OpenSSLFailure.check(
                    unsafe openssl_hmac_sha256_begin(context, key.baseAddress, key.count), "beginning a keyed hash")
            }
        }
    }

    deinit { unsafe EVP_MAC_CTX_free(context) }

    package mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            OpenSSLFailure.check(unsafe EVP_MAC_update(context, bytes.baseAddress, bytes.count), "hashing with a key")
        }
    }

    package consuming func finish() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Self.byteCount) { code, count in
            OpenSSLFailure.check(
                unsafe EVP_MAC_final(context, code.baseAddress, &count, Self.byteCount), "ending a keyed hash")
        }
    }

    package static func code(for bytes: Span<UInt8>, key: Secret) -> [UInt8] {
        var code = HMACSHA256(key: key)
        code.update(bytes)
        return code.finish()
    }

    /// Whether this is the code of these bytes, found in a time that tells nothing about where they differ.
    package static func isValid(_ code: Span<UInt8>, for bytes: Span<UInt8>, key: Secret) -> Bool {
        areEqualInConstantTime(Self.code(for: bytes, key: key).span, code)
    }
}
