package import Domain

/// What an operator should hear of recordings that are put away.
package enum RecordingHappening: Sendable {
    /// `wasCut` by the death of the process that wrote it.
    case stored(byteCount: Int, wasCut: Bool)
    /// It is tried again.
    case notStored(any Error)
    case failed(RecordingFault)
}

/// What a keeper has done so far.
package struct RecordingStatistics: Hashable, Sendable {
    package var stored = 0
    package var bytesStored = 0
    package var failed = 0
    /// Tries that came to nothing, and were made again.
    package var tries = 0

    package init() {}
}
