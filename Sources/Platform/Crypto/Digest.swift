import COpenSSL

/// A hash in the making, for input that comes in pieces. Ends with `finish`.
@safe
package struct Digest: ~Copyable {
    private let context: OpaquePointer
    private let function: HashFunction

    package init(_ function: HashFunction) {
        OpenSSLFailure.forget()
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("no memory for a hash") }
        OpenSSLFailure.check(unsafe EVP_DigestInit_ex2(context, function.algorithm, nil), "beginning a hash")
        unsafe self.context = context
        self.function = function
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { bytes in
            OpenSSLFailure.check(unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count), "hashing")
        }
    }

    package consuming func finish() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: function.byteCount) { digest, count in
            OpenSSLFailure.check(unsafe EVP_DigestFinal_ex(context, digest.baseAddress, nil), "ending a hash")
            count = function.byteCount
        }
    }
}
