import Glibc
package import Loop

/// A file of a shelf, as it is found: the good records from its beginning, and how much behind them is none.
package struct RecordFile: Hashable, Sendable {
    /// Longer files are not of a shelf.
    package static let bytesMax = 1 << 30

    package let records: [[UInt8]]
    /// Behind the last good record.
    package let badBytes: Int
    /// They are the beginning of a record, as a writer leaves it that is killed; otherwise they were damaged.
    package let isTorn: Bool

    /// Blocks. Nil where there is no file of a shelf.
    package static func read(_ path: String) throws(SystemError) -> RecordFile? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .last("open") }
        defer { close(file) }
        var facts = stat()
        try SystemError.check(unsafe fstat(file, &facts), "fstat")
        guard facts.st_size <= bytesMax else { throw SystemError(call: "read", code: EFBIG) }
        return RecordFile(try FileBytes.next(Int(facts.st_size), of: file))
    }

    /// Nil where they do not begin as a file of a shelf does.
    package init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: RecordFormat.mark) else { return nil }
        var records: [[UInt8]] = []
        var place = RecordFormat.mark.count
        var isTorn = true
        while bytes.count - place >= RecordFormat.overhead {
            let start = place + RecordFormat.overhead
            let (end, overflow) = start.addingReportingOverflow(Int(bytes.littleEndian32(at: place)))
            guard !overflow, end <= bytes.count else { break }
            let payload = Array(bytes[start..<end])
            let number = UInt32(truncatingIfNeeded: records.count)
            guard bytes.littleEndian32(at: place + 4) == RecordFormat.checksum(payload, number: number) else {
                isTorn = false
                break
            }
            records.append(payload)
            place = end
        }
        self.records = records
        badBytes = bytes.count - place
        self.isTorn = badBytes > 0 && isTorn
    }
}
