/// How records stand in a file of a shelf, all numbers little-endian: a mark (8), then each record as the length of its payload (4), the
/// checksum of its number and payload (4), payload. Numbers begin with 0 and are not written: a record that was moved, or stands
/// twice, has another one than its checksum says.
enum RecordFormat {
    static let mark: [UInt8] = Array("LLRECS\u{1}\n".utf8)
    static let overhead = 8

    static func bytes(_ payload: [UInt8], number: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(overhead + payload.count)
        bytes.append(littleEndian: UInt32(payload.count))
        bytes.append(littleEndian: checksum(payload, number: number))
        bytes += payload
        return bytes
    }

    static func checksum(_ payload: [UInt8], number: UInt32) -> UInt32 {
        var numbered: [UInt8] = []
        numbered.reserveCapacity(4 + payload.count)
        numbered.append(littleEndian: number)
        numbered += payload
        return CRC32C.of(numbered)
    }
}
