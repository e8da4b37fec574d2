/// The limits of one journal. What happens at each is said where it is.
package struct JournalLimits: Hashable, Sendable {
    /// A longer record is refused.
    package var payloadMax = 1 << 20
    /// How long the first record of a group waits for company, if no sync is under way.
    package var gathering = Duration.milliseconds(5)
    /// A group of so many bytes waits no longer; the next record begins another one.
    package var groupBytesMax = 1 << 20
    /// A segment of so many bytes is followed by a new one.
    package var segmentBytesMax = 16 << 20
    /// So is a segment that old, or records of a quiet hour would be kept until a busy one.
    package var segmentAgeMax = Duration.seconds(600)
    /// How long a segment is kept after its last acknowledgement: whoever acknowledged may yet lose it in a failover.
    package var safetyWindow = Duration.seconds(600)
    /// How often it is looked whether a segment may go.
    package var trimEvery = Duration.seconds(5)
    /// All files together. At the limit it is as if the disk were full.
    package var bytesMax = 4 << 30
    /// Records that are not on the disk. At the limit, those acknowledged are let go, the oldest first; then records are refused.
    package var memoryMax = 64 << 20
    /// How long a sync may take before the journal says that it fails.
    package var syncPatience = Duration.seconds(2)
    /// The pause after a failure; it doubles with each, up to `pauseMax`.
    package var pause = Duration.milliseconds(100)
    package var pauseMax = Duration.seconds(5)

    package init() {}
}
