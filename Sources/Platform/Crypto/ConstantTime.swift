import CSodium

/// Whether two byte strings are equal, in a time that depends on their lengths only. For whatever an outsider may guess at:
/// tokens, signatures, codes.
package func areEqualInConstantTime(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    guard left.count > 0 else { return true }
    Sodium.begin()
    return unsafe left.withUnsafeBytes { left in
        unsafe right.withUnsafeBytes { right in
            guard let first = left.baseAddress, let second = right.baseAddress else { return false }
            return unsafe sodium_memcmp(first, second, left.count) == 0
        }
    }
}
