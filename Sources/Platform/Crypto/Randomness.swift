import CSodium

/// Bytes nobody can foretell, from the kernel. Pure code does not call this: it is given what it needs.
package enum Randomness {
    package static func bytes(_ count: Int) -> [UInt8] {
        Sodium.begin()
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            unsafe fill(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count])))
            filled = count
        }
    }

    package static func bits128() -> UInt128 {
        Sodium.begin()
        var bits: UInt128 = 0
        unsafe withUnsafeMutableBytes(of: &bits) { unsafe fill($0) }
        return bits
    }

    static func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let base = buffer.baseAddress else { return }
        unsafe randombytes_buf(base, buffer.count)
    }
}
