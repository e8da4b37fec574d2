package import Postgres
package import Wire

/// Adds up the lanes' sums of times that are over, so that who asks for months reads one row for each day and not sixteen.
///
/// Readers add up what rows there are, before, after and meanwhile; whatever comes late adds a row that the next run merges.
package enum SumMerge {
    /// How long after its end a stretch of time is left alone: most of what comes late has come by then.
    package static let settlingTime = Duration.seconds(3_600)
    /// Rows of lanes that one statement moves, so that no lane waits long for one of its own.
    package static let batchMax = 2_000

    /// Answers how many rows of lanes are gone. Every version of the read model has sums of its own.
    package static func run(
        through pool: PostgresPool, at now: Timestamp = .now, batch: Int = batchMax,
        until isOver: () -> Bool = { false }
    ) async throws -> Int {
        let versions = try await pool.query(
            """
            SELECT substring(relname FROM 12)::int FROM pg_class
            WHERE relkind = 'r' AND relname ~ '^call_sums_v[0-9]+$' AND pg_table_is_visible(oid) ORDER BY 1
            """
        ).map { try $0.decode(Int32.self) }
        let ended = now - settlingTime
        var total = 0
        for version in versions {
            var last = batch
            while !isOver(), last == batch {
                last = try await pool.execute(
                    "SELECT merge_call_sums(\(version), \(ended), \(Int32(clamping: batch)))"
                ).one.decode(Int.self)
                total += last
            }
        }
        return total
    }
}
