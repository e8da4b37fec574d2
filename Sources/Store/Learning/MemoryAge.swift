import Crypto
import Domain
import Postgres
import Wire

/// Which memories are newer than what is being taught. Lessons do not come in the order in which they were said: a worker dies, and what
/// it had begun is done by another one after what was said later.
enum MemoryAge {
    static func newer(
        than lesson: MemoryLesson, among known: [MemoryID], _ shelf: MemoryShelf, _ transaction: TenantTransaction
    ) async throws -> Set<MemoryID> {
        guard let saidAt = lesson.saidAt else { return [] }
        var newer: Set<MemoryID> = []
        for row in shelf.rows where known.contains(row.id) {
            // By hand it is said when it is written.
            var said = row.updatedAt
            if let from = row.provenance {
                let rows = try await transaction.query(
                    """
                    SELECT occurred_at FROM events
                    WHERE stream_id = \(from.call.uuid) AND version = \(Int32(clamping: from.version))
                    """)
                said = try rows.first?.decode(Timestamp.self) ?? said
            }
            if said > saidAt { newer.insert(row.id) }
        }
        return newer
    }
}

extension MemoryJudge.Verdict {
    /// What it is about, of what was known.
    var known: [MemoryID] {
        switch self {
        case .again(let memory): [memory]
        case .new(let superseded): superseded
        }
    }
}
