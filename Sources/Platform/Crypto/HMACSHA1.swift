import COpenSSL

/// A keyed hash over SHA-1 (RFC 2104), to check what one carrier signs this way and nothing else: what broke SHA-1 are
/// collisions, which a keyed hash does not rest on, but whoever may choose takes `HMACSHA256`.
package enum HMACSHA1 {
    package static let byteCount = 20

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

    package static func code(for bytes: Span<UInt8>, key: Secret) -> [UInt8] {
        precondition(key.count > 0, "an empty key protects nothing")
        OpenSSLFailure.forget()
        guard let context = unsafe EVP_MAC_CTX_new(fetched.algorithm) else {
            preconditionFailure("no memory for a keyed hash")
        }
        defer { unsafe EVP_MAC_CTX_free(context) }
        key.withBytes { key in
            unsafe key.withUnsafeBufferPointer { key in
                OpenSSLFailure.check(
                    unsafe openssl_hmac_sha1_begin(context, key.baseAddress, key.count), "beginning a keyed hash")
            }
        }
        unsafe bytes.withUnsafeBufferPointer { bytes in
            OpenSSLFailure.check(unsafe EVP_MAC_update(context, bytes.baseAddress, bytes.count), "hashing with a key")
        }
        return unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { code, count in
            OpenSSLFailure.check(
                unsafe EVP_MAC_final(context, code.baseAddress, &count, byteCount), "ending a keyed hash")
        }
    }

    /// Whether this is the code of these bytes, found in a time that tells nothing about where they differ.
    package static func isValid(_ code: Span<UInt8>, for bytes: Span<UInt8>, key: Secret) -> Bool {
        areEqualInConstantTime(Self.code(for: bytes, key: key).span, code)
    }
}
