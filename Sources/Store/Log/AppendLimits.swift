/// How much goes into the log at once, how much may wait, and for how long.
package struct AppendLimits: Sendable {
    /// One flush. More than this gains no speed, and holds the lanes' locks for longer.
    package static let batchEventsMax = 1_000
    package static let batchBytesMax = 1_000_000
    /// What a flush looks at in the line before it goes with what it has.
    static let entriesLookedAtMax = 8_192
    /// A line is not cut in two halves shorter than this, and a shorter one does not follow at once what is on its way.
    package static let halvesMin = 64
    /// How often an append is sent alone again after another writer was in its way, before it is refused.
    static let collisionsMax = 5

    /// Of all events that have no answer yet.
    package var waitingEventsMax = 50_000
    package var waitingBytesMax = 32_000_000
    /// How long an append without a deadline of its own waits for its verdict.
    package var patience = Duration.seconds(30)
    /// A little longer than the server's own limit, which should strike first.
    package var flushDeadline = WriterLimits.statement + .seconds(1)
    /// Flushes sent and not answered. A second one keeps the server busy while we read the answer to the first.
    package var flushesInFlight = 2
    /// After a failure nothing is sent for this long, then twice as long, up to the most.
    package var pauseMin = Duration.milliseconds(20)
    package var pauseMax = Duration.seconds(2)

    package init() {}
}
