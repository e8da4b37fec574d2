/// Masking keys that a peer cannot foresee, fetched from the kernel sixteen at a time because each call costs a system call.
struct WebSocketMaskKeys {
    private var keys: InlineArray<16, UInt32> = .init(repeating: 0)
    private var used = 16

    mutating func next() -> UInt32 {
        if used == keys.count {
            var source = SystemRandomNumberGenerator()
            for index in stride(from: 0, to: keys.count, by: 2) {
                let pair = source.next()
                keys[index] = UInt32(truncatingIfNeeded: pair)
                keys[index + 1] = UInt32(truncatingIfNeeded: pair >> 32)
            }
            used = 0
        }
        used += 1
        return keys[used - 1]
    }
}
