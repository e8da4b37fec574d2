import Loop
import Wire

/// Records that go to the disk together. Filled on the journal's loop, sealed and written on its lane, and back again: one
/// thread at a time, which is why `@unchecked` holds.
final class RecordBatch: @unchecked Sendable {
    private(set) var first: UInt64
    private(set) var count = 0
    private(set) var began = Moment.now
    private var bytes = ByteQueue()
    private var isSealed = false

    init(first: UInt64) { self.first = first }

    var size: Int { bytes.count }
    /// Empty ones have none.
    var last: UInt64 { first + UInt64(count) - 1 }

    func append(_ payload: Span<UInt8>, at now: Moment) {
        if count == 0 { began = now }
        bytes.reserve(SegmentFormat.recordOverhead + payload.count)
        append(UInt32(0))
        append(UInt32(payload.count))
        append(first + UInt64(count))
        bytes.append(payload)
        count += 1
    }

    /// For the next records: the room that they took is kept.
    func empty(first: UInt64) {
        self.first = first
        (count, isSealed) = (0, false)
        bytes.removeAll()
    }

    /// Puts each record's checksum before it. On the lane, where nobody waits for it.
    func seal() {
        if isSealed { return }
        isSealed = true
        var offset = 0
        while offset < bytes.count {
            let (checksum, end) = unsafe bytes.withUnsafeBytes { all in
                let length = unsafe Int(all.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self).littleEndian)
                let end = offset + SegmentFormat.recordOverhead + length
                return unsafe (CRC32C.of(UnsafeRawBufferPointer(rebasing: all[offset + 4..<end])), end)
            }
            for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * byte)) }
            offset = end
        }
    }

    func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        unsafe bytes.withUnsafeBytes { unsafe body($0) }
    }

    private func append(_ number: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: number.littleEndian) { unsafe bytes.append($0) }
    }
}
