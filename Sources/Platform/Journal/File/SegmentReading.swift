/// What the bytes of one segment say: the good records from its beginning, and how much follows that is none.
struct SegmentReading: Hashable, Sendable {
    /// Nil where the header is damaged; then there are no records either.
    let follows: UInt64?
    let first: UInt64
    /// The number of its last good record; one less than `first` if there is none.
    let last: UInt64
    let goodBytes: Int
    let badBytes: Int

    /// Reads records until one is torn or damaged, or is one that the next segment, beginning with `next`, holds as well: when
    /// a sync fails, what it was to make durable is written again into a new segment.
    static func read(
        _ bytes: [UInt8], first: UInt64, upTo next: UInt64 = .max, payloadMax: Int,
        _ each: (_ number: UInt64, _ payload: Range<Int>) -> Void = { _, _ in }
    ) -> SegmentReading {
        guard let follows = SegmentFormat.follows(bytes, first: first) else {
            return SegmentReading(follows: nil, first: first, last: first - 1, goodBytes: 0, badBytes: bytes.count)
        }
        var offset = SegmentFormat.headerSize
        var number = first
        while number < next, let end = endOfRecord(bytes, at: offset, number, payloadMax) {
            each(number, offset + SegmentFormat.recordOverhead..<end)
            offset = end
            number += 1
        }
        let isEnded = number == next
        return SegmentReading(
            follows: follows, first: first, last: number - 1, goodBytes: offset,
            badBytes: isEnded ? 0 : bytes.count - offset)
    }

    private static func endOfRecord(_ bytes: [UInt8], at offset: Int, _ number: UInt64, _ payloadMax: Int) -> Int? {
        guard bytes.count - offset >= SegmentFormat.recordOverhead else { return nil }
        let length = Int(bytes.littleEndian32(at: offset + 4))
        let end = offset + SegmentFormat.recordOverhead + length
        guard length <= payloadMax, end <= bytes.count, bytes.littleEndian64(at: offset + 8) == number else {
            return nil
        }
        let checksum = unsafe bytes.withUnsafeBytes { unsafe CRC32C.of(.init(rebasing: $0[offset + 4..<end])) }
        return checksum == bytes.littleEndian32(at: offset) ? end : nil
    }
}
