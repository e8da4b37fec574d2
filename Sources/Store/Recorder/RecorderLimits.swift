/// How much a recorder holds in memory, and how patient it is.
package struct RecorderLimits: Sendable {
    /// Given to the appender and without a verdict. What is beyond waits with us, and is read from the journal later.
    package var sentEventsMax = 10_000
    package var sentBytesMax = 8_000_000
    /// What waits with us. Above it, what is durable is let go from memory; where nothing is, the append is refused.
    package var heldBytesMax = 16_000_000
    /// An event that comes before the one it follows is tried again for so long: then that one will not come.
    package var gapPatience = Duration.seconds(60)
    package var gapPause = Duration.milliseconds(50)
    /// The pause before a journal that could not be read is read again.
    package var readPause = Duration.seconds(1)
    /// How long a stop waits for verdicts. What has none then is in the journal.
    package var drain = Duration.seconds(5)

    package init() {}
}
