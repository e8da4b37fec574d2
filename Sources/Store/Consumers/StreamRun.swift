import Redis

/// What a read of a lane's Redis stream says: how far entries follow each other without a gap, and whether that was all.
///
/// An entry's id is its position. What it says besides is not looked at: what happened stands in Postgres.
struct StreamRun: Hashable {
    let end: Int64
    let isWhole: Bool

    init(_ ids: [RedisStreamID], after start: Int64) {
        var end = start
        for id in ids {
            guard id.number == 0, id.time == UInt64(end) + 1 else { break }
            end += 1
        }
        self.end = end
        isWhole = end - start == Int64(ids.count)
    }
}
