import Glibc
package import Loop

/// The records of a file of a shelf, one after the other: for files that are too long to be held. Nobody writes it and nobody else reads it
/// as long as this is here. Every call blocks; one lane makes them, which is why `@unchecked` holds.
package final class RecordStream: @unchecked Sendable {
    /// A longer record is damage.
    package static let recordBytesMax = 1 << 20

    private let file: Int32
    private var number: UInt32 = 0
    /// It ended in the middle of a record, as a writer leaves it that is killed, or with one that was damaged.
    package private(set) var isCut = false

    /// Nil where there is no file of a shelf, or where somebody has it.
    package init?(_ path: String) throws(SystemError) {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if file == -1, errno == ENOENT { return nil }
        self.file = try SystemError.check(file, "open")
        guard flock(file, LOCK_EX | LOCK_NB) == 0,
            try FileBytes.next(RecordFormat.mark.count, of: file) == RecordFormat.mark
        else { return nil }
    }

    deinit {
        // Said expressly: a child that was forked a moment ago may still have the descriptor too, and the lock with it.
        flock(file, LOCK_UN)
        close(file)
    }

    /// Nil behind the last good one.
    package func next() throws(SystemError) -> [UInt8]? {
        guard !isCut else { return nil }
        let head = try FileBytes.next(RecordFormat.overhead, of: file)
        if head.isEmpty { return nil }
        guard head.count == RecordFormat.overhead else { return end() }
        let count = Int(head.littleEndian32(at: 0))
        guard count <= Self.recordBytesMax else { return end() }
        let payload = try FileBytes.next(count, of: file)
        guard payload.count == count, head.littleEndian32(at: 4) == RecordFormat.checksum(payload, number: number)
        else { return end() }
        number += 1
        return payload
    }

    private func end() -> [UInt8]? {
        isCut = true
        return nil
    }
}
