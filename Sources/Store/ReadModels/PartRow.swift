import Crypto
import Domain

/// A row of a table that has many for each call.
struct PartRow<ID: Hashable & Sendable, Part: Hashable & Sendable>: Sendable {
    let call: UUID
    let organization: UUID
    let id: ID
    /// For a part that does not say when it began.
    let began: Instant
    let part: Part

    static func all(of rows: [CallRow], _ parts: (CallState) -> [ID: Part]) -> [PartRow] {
        var all: [PartRow] = []
        for row in rows {
            for (id, part) in parts(row.state) {
                all.append(
                    PartRow(
                        call: row.id, organization: row.organization, id: id, began: row.state.startedAt, part: part))
            }
        }
        return all
    }
}
