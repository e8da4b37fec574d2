import Glibc

/// IP addresses as they are written: `192.0.2.1`, `2001:db8::1`.
package enum AddressLiteral {
    /// The address as 4 or 16 bytes; nil for what is none.
    package static func bytes(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if unsafe bytes.withUnsafeMutableBytes({ unsafe inet_pton(AF_INET, text, $0.baseAddress) }) == 1 {
            return Array(bytes[..<4])
        }
        guard unsafe bytes.withUnsafeMutableBytes({ unsafe inet_pton(AF_INET6, text, $0.baseAddress) }) == 1 else {
            return nil
        }
        return bytes
    }

    /// The same, but that an IPv4 address that is written as one of IPv6 is one of IPv4: sockets write peers so.
    package static func unmapped(_ text: String) -> [UInt8]? {
        bytes(text).map { $0.count == 16 && $0.prefix(12) == mapped ? Array($0[12...]) : $0 }
    }

    /// One way of writing each: 4 or 16 bytes.
    package static func text(_ bytes: [UInt8]) -> String? {
        let family: Int32
        switch bytes.count {
        case 4: family = AF_INET
        case 16: family = AF_INET6
        default: return nil
        }
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            let written = unsafe bytes.withUnsafeBytes {
                unsafe inet_ntop(family, $0.baseAddress, text.baseAddress, socklen_t(text.count))
            }
            return unsafe written.map { unsafe String(cString: $0) }
        }
    }

    /// What stands in front of an IPv4 address that is written as one of IPv6.
    private static let mapped: ArraySlice<UInt8> = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
}
