import COpenSSL

/// The hash functions this house uses. SHA-1 is here for the WebSocket handshake, where it protects nothing, and for
/// `HMACSHA1`.
package enum HashFunction: Sendable {
    case sha1, sha256, sha512

    package var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    package func digest(of bytes: Span<UInt8>) -> [UInt8] {
        var digest = Digest(self)
        digest.update(bytes)
        return digest.finish()
    }

    package func digest(of bytes: [UInt8]) -> [UInt8] { digest(of: bytes.span) }

    /// Looked up once: asking by name at every use costs more than hashing a short text.
    @safe private struct Fetched: @unchecked Sendable {
        // Invariant behind `@unchecked`: fetched algorithms are immutable, and OpenSSL counts their users atomically.
        // They are kept until the process ends.
        let sha1 = unsafe fetch("SHA1")
        let sha256 = unsafe fetch("SHA256")
        let sha512 = unsafe fetch("SHA512")

        private static func fetch(_ name: String) -> OpaquePointer {
            guard let algorithm = unsafe EVP_MD_fetch(nil, name, nil) else {
                preconditionFailure("\(name) is not to be had: \(OpenSSLFailure.reasons())")
            }
            return unsafe algorithm
        }
    }

    private static let fetched = Fetched()

    var algorithm: OpaquePointer {
        switch self {
        case .sha1: unsafe Self.fetched.sha1
        case .sha256: unsafe Self.fetched.sha256
        case .sha512: unsafe Self.fetched.sha512
        }
    }
}
