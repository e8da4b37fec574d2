/// An address that a host's name led to, as its bytes: 4 or 16 of them.
package struct PeerAddress: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        precondition(bytes.count == 4 || bytes.count == 16, "no IP address")
        self.bytes = bytes
    }

    /// Whether anybody on the internet may have it: not this machine's, a private network's, or one set apart (RFC 6890).
    package var isPublic: Bool { bytes.count == 4 ? isPublicFour : isPublicSix }

    private var isPublicFour: Bool {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
        case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
        case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100), (203, 0, 113): false
        default: true
        }
    }

    /// Only 2000::/3 is given out, and of that not what is for documentation, or wraps an IPv4 address.
    private var isPublicSix: Bool {
        guard bytes[0] & 0xe0 == 0x20 else { return false }
        switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        case (0x20, 0x01, 0x00...0x01, _), (0x20, 0x01, 0x0d, 0xb8), (0x20, 0x02, _, _): return false
        case (0x3f, 0xff, 0x00...0x0f, _): return false
        default: return true
        }
    }
}
