import Wire

/// The key a client's frame is masked with, and how far into its four bytes the payload has come.
struct WebSocketMask {
    /// The four bytes as they stand on the wire, first one lowest.
    private let key: UInt32
    private var phase: UInt32 = 0

    init(key: UInt32) { self.key = key }

    /// The key as a big-endian reader of the header finds it.
    init(bytes first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        self.init(key: UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16 | UInt32(fourth) << 24)
    }

    func appendKey(to queue: inout ByteQueue) {
        for shift: UInt32 in [0, 8, 16, 24] { queue.append(UInt8(truncatingIfNeeded: key >> shift)) }
    }

    /// Appends `bytes` to `queue`, masked or unmasked (it is the same), eight at a time.
    mutating func append(_ bytes: Span<UInt8>, to queue: inout ByteQueue) {
        let turned = key &>> (phase &* 8) | (phase == 0 ? 0 : key &<< (32 &- phase &* 8))
        let count = bytes.count
        phase = (phase &+ UInt32(truncatingIfNeeded: count)) & 3
        // Raw pointers, measured: checked subscripts hinder the wide loads that make this a memory-speed copy.
        unsafe bytes.withUnsafeBytes { source in
            unsafe queue.append(upTo: count) { target in
                let wide = UInt64(turned) << 32 | UInt64(turned)
                var index = 0
                while index &+ 8 <= count {
                    let word = unsafe source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    unsafe target.storeBytes(of: word ^ wide, toByteOffset: index, as: UInt64.self)
                    index &+= 8
                }
                while index < count {
                    let byte = UInt8(truncatingIfNeeded: turned &>> UInt32(truncatingIfNeeded: (index & 3) &* 8))
                    unsafe target[index] = source[index] ^ byte
                    index &+= 1
                }
                return count
            }
        }
    }
}
