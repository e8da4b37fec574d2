import Wire

/// Half as many calls again were offered as may be taken: what became of them.
struct LoadOverload: Equatable {
    let cap: Int
    let offered: Int
    /// That the carrier's streams were opened, and that they were refused as full; at the callers' ends of the line.
    let admitted: Int
    let refusedFull: Int
    /// What the process itself has counted meanwhile.
    let countedAdmitted: Int
    let countedRefused: Int
    /// Refused, closed or lost in any other way.
    let failed: Int
    /// Of calls that were there before: pieces of sound while the others came, and those that came too late.
    let pieces: Int
    let late: Int
    let jitter: Spread?
    /// So many hung up, and so many newcomers were then taken in their place.
    let freed: Int
    let refilled: Int

    var isExact: Bool {
        admitted == cap && refusedFull == offered - cap && countedAdmitted == cap && countedRefused == offered - cap
            && failed == 0 && freed == refilled
    }

    var document: JSONValue {
        .object([
            ("cap", .integer(Int64(cap))), ("offered", .integer(Int64(offered))),
            ("admitted", .integer(Int64(admitted))), ("refused_full", .integer(Int64(refusedFull))),
            ("counted_admitted", .integer(Int64(countedAdmitted))),
            ("counted_refused", .integer(Int64(countedRefused))), ("failed", .integer(Int64(failed))),
            ("pieces", .integer(Int64(pieces))), ("late_pieces", .integer(Int64(late))),
            ("jitter_ms", jitter?.document ?? .null), ("freed", .integer(Int64(freed))),
            ("refilled", .integer(Int64(refilled))), ("exact", .bool(isExact)),
        ])
    }
}
