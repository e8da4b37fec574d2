import Wire

/// What finished calls left behind in memory.
struct LoadLeak: Equatable {
    struct Point: Equatable {
        let finished: Int
        let bytes: Double
    }

    let points: [Point]
    /// Calls that did not come to their end as they should.
    let failed: Int

    /// Bytes for each call, from the second half of the rounds: the first ones fill what is kept for good.
    var bytesPerCall: Double? {
        let settled = points.suffix((points.count + 1) / 2)
        return Slope(settled.map { (Double($0.finished), $0.bytes) })?.perUnit
    }

    var document: JSONValue {
        .object([
            ("finished", .integer(Int64(points.last?.finished ?? 0))), ("failed", .integer(Int64(failed))),
            ("bytes_per_call", bytesPerCall.map { .double($0) } ?? .null),
            (
                "points",
                .array(
                    points.map {
                        .object([("finished", .integer(Int64($0.finished))), ("bytes", .double($0.bytes))])
                    })
            ),
        ])
    }
}
