/// How bytes stand in a segment, all numbers little-endian.
///
/// A segment begins with a header: mark (8), number of its first record (8), number of the record it follows (8), checksum of
/// these (4), nothing (4). The number followed is the one before the first, unless records in between were never written
/// because they had been acknowledged. Then records, their numbers dense: checksum of all that comes (4), length of the payload
/// (4), number (8), payload. A run of zeros is no record: its checksum would not be zero.
enum SegmentFormat {
    static let mark: [UInt8] = Array("LLJRNL\u{1}\n".utf8)
    static let headerSize = 32
    static let recordOverhead = 16
    static let suffix = ".journal"
    /// What a damaged segment is called once its records are no longer needed: kept for whoever looks into it.
    static let damagedSuffix = ".damaged"
    /// A segment without a single good record, in whose place another one came.
    static let asideSuffix = ".aside"
    private static let digits = 20

    static func fileName(first: UInt64) -> String {
        let text = String(first)
        return String(repeating: "0", count: digits - text.utf8.count) + text + suffix
    }

    /// The number of the first record; nil for the name of something else.
    static func first(ofFile name: String) -> UInt64? {
        guard name.hasSuffix(suffix), name.utf8.count == digits + suffix.utf8.count else { return nil }
        return UInt64(name.dropLast(suffix.utf8.count))
    }

    static func header(first: UInt64, follows: UInt64) -> [UInt8] {
        var bytes = mark
        bytes.append(littleEndian: first)
        bytes.append(littleEndian: follows)
        bytes.append(littleEndian: CRC32C.of(bytes))
        bytes.append(littleEndian: UInt32(0))
        return bytes
    }

    /// The number that the segment follows; nil where the header is none, or belongs to another file.
    static func follows(_ bytes: [UInt8], first: UInt64) -> UInt64? {
        guard bytes.count >= headerSize, Array(bytes[..<8]) == mark, bytes.littleEndian64(at: 8) == first,
            bytes.littleEndian32(at: 24) == CRC32C.of(Array(bytes[..<24]))
        else { return nil }
        let follows = bytes.littleEndian64(at: 16)
        return follows < first ? follows : nil
    }
}

extension [UInt8] {
    mutating func append(littleEndian number: some FixedWidthInteger) {
        for byte in 0..<number.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }

    func littleEndian64(at offset: Int) -> UInt64 {
        UInt64(littleEndian32(at: offset)) | UInt64(littleEndian32(at: offset + 4)) << 32
    }

    func littleEndian32(at offset: Int) -> UInt32 {
        UInt32(self[offset]) | UInt32(self[offset + 1]) << 8 | UInt32(self[offset + 2]) << 16 | UInt32(
            self[offset + 3]) << 24
    }
}
