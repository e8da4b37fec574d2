/// The limits and the pace of a relay.
package struct RelayLimits: Hashable, Sendable {
    /// Events read at once, and commands sent at once; each lane has an equal share.
    package var pageMax = 2_000
    /// About so many entries stay in a lane's stream, whatever consumers have done with them: a bound on Redis' memory.
    package var keep = 20_000
    /// So far ahead of the slowest consumer a stream may be; consumers further behind read Postgres.
    package var aheadMax = 15_000
    /// The share of Redis' `maxmemory` in use at which nothing more is added.
    package var memoryShareMax = 0.7
    /// The pause between looks while there is work now and then, and when there has been none for `restlessness`.
    package var pauseWhenBusy = Duration.milliseconds(50)
    package var pauseWhenIdle = Duration.milliseconds(250)
    package var restlessness = Duration.seconds(2)
    /// How long one read waits for the bell.
    package var listening = Duration.seconds(5)
    /// How often checkpoints and Redis' memory are looked at.
    package var lookEvery = Duration.seconds(1)
    /// How often what all consumers are past is dropped.
    package var trimEvery = Duration.seconds(5)
    /// A stream nobody has cared for so long goes by itself: those of a timeline or a log that is no more.
    package var keyLife = Duration.seconds(86_400)

    package init() {}
}
