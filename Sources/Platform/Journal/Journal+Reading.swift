import Glibc
import Loop

/// A part of what a journal holds on its disk.
package struct JournalPage: Sendable {
    package let records: [JournalRecord]
    /// Where the next page begins; nil behind the last record that is durable.
    package let next: UInt64?
}

extension Journal {
    /// The durable records from `number` on, to the end of their segment. With `acknowledged`, also those that are safe
    /// elsewhere, or were: whoever holds them may have lost them.
    package func page(from number: UInt64, acknowledged: Bool) async throws -> JournalPage {
        loop.checkIsolated()
        guard let segment = segment(from: number) else { return JournalPage(records: [], next: nil) }
        let records: [JournalRecord]
        do {
            records = try await contents(of: segment)
        } catch let error as SystemError where error.code == ENOENT && !isOnDisk(segment) {
            // Trimmed meanwhile: it was safe for as long as it had to be.
            return JournalPage(records: [], next: segment.last + 1)
        }
        return JournalPage(
            records: records.filter { $0.number >= number && (acknowledged || isOutstanding($0.number)) },
            next: segment.last + 1)
    }

    func contents(of segment: SegmentShelf.Segment) async throws -> [JournalRecord] {
        try await lane.run { [folder, limits] in
            let bytes = try folder.contents(of: segment.first)
            var records: [JournalRecord] = []
            _ = SegmentReading.read(
                bytes, first: segment.first, upTo: segment.last + 1, payloadMax: limits.payloadMax
            ) { number, payload in
                records.append(JournalRecord(number: number, payload: Array(bytes[payload])))
            }
            return records
        }
    }
}
