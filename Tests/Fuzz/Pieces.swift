/// Cuts bytes into pieces at places that depend on the bytes alone, so that a fault can be repeated.
struct Pieces: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var start = 0
    private var state: UInt64

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        state = bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard start < bytes.count else { return nil }
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // Mostly single bytes, which find the most; sometimes long runs.
        let length = state >> 60 < 10 ? 1 : 1 + Int(state >> 33 % 200)
        let end = Swift.min(start + length, bytes.count)
        defer { start = end }
        return bytes[start..<end]
    }
}
