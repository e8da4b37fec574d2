/// How much a consumer takes at once, and how long things may take.
package struct ConsumerLimits: Sendable {
    /// Attempts at an event that fails by itself, before its stream is parked.
    package static let triesMax: Int32 = 3
    /// Owners in a row that may die over a lane before it goes on in single steps.
    static let idleTakeoversMax: Int16 = 3
    /// Letters that one transaction of a replay applies: as long as it runs, its lane may wait.
    package static let replayPageMax = 100
    /// Letters, or parked streams, that one page of a list holds.
    package static let listPageMax = 500

    /// Events in one transaction.
    package var batchMax = 500
    /// … while there is more behind them.
    package var batchBehindMax = 2_000
    /// … in a version that is being built beside the live one.
    package var rebuildPage = 5_000
    /// Transactions at once.
    package var appliesAtOnce = 4
    /// … of which so many for several lanes together: the second keeps Postgres busy while the first one commits.
    package var sweepsAtOnce = 2

    package var lease = Duration.seconds(10)
    package var renewEvery = Duration.seconds(3)
    /// How long a read of Redis waits for something to come.
    package var block = Duration.milliseconds(500)
    /// How often Postgres is asked where the lanes end, whatever Redis says.
    package var headsEvery = Duration.seconds(1)
    /// … while Redis is away.
    package var headsEveryWithoutRedis = Duration.milliseconds(250)
    /// How long Redis isn't asked about a lane of which it said something that was not so.
    package var doubt = Duration.seconds(1)
    /// How often the consumer groups in Redis, which are only looked at, follow the checkpoints.
    package var groupViewEvery = Duration.seconds(1)
    package var pauses = RetryPauses()

    package init() {}
}

/// How long a lane rests after a failure.
package struct RetryPauses: Sendable {
    /// After one that is nobody's fault in the lane: doubling up to the most, and spread by chance.
    package var first = Duration.seconds(1)
    package var longest = Duration.seconds(60)
    /// Between two attempts at an event that fails by itself.
    package var betweenTries = Duration.milliseconds(200)

    package init() {}

    /// `chance` is between 0 and 1.
    package func pause(afterFailures count: Int, chance: Double) -> Duration {
        let step = min(first * (1 << min(max(count, 1) - 1, 20)), longest)
        return step * (0.5 + 0.5 * min(max(chance, 0), 1))
    }
}
