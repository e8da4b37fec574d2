/// What a shelf has done so far.
package struct ShelfStatistics: Hashable, Sendable {
    package var isHealthy = true
    package var filesBegun = 0
    package var recordsWritten = 0
    package var bytesWritten = 0
    /// Files that end too early.
    package var filesCut = 0
    package var filesSwept = 0
    /// Of records that wait for the disk.
    package var bytesWaiting = 0
    /// All files together, as far as is known.
    package var bytesKept = 0
}
