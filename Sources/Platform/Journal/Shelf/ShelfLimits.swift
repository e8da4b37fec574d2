/// The limits of one shelf. What happens at each is said where it is.
package struct ShelfLimits: Hashable, Sendable {
    /// A file that old is removed.
    package var ageMax = Duration.seconds(7 * 24 * 3_600)
    /// All files together. Beyond it the oldest are removed; if all are being written, what comes is not.
    package var bytesMax = 4 << 30
    /// One file. What comes then is not written.
    package var fileBytesMax = 64 << 20
    /// Records that wait for the disk. At the limit a file that gets one more ends where it is.
    package var waitingMax = 16 << 20
    /// How often it is looked whether a file may go; also when all files together are too large.
    package var sweepEvery = Duration.seconds(60)

    package init() {}
}
