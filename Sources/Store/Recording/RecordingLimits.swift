package import Journal
import Loop

/// How recordings are made. What happens at each limit is said where it is.
package struct RecordingLimits: Sendable {
    /// What is being recorded, or was not put away yet. `ShelfLimits` says what happens at each of its own.
    package var shelf = ShelfLimits()
    /// Of sound, in one recording: eighteen hours. A call that lasts longer has none.
    package var soundBytesMax = 1 << 30
    /// What could not be put away for so long is given up. Less than the shelf's own age.
    package var giveUpAfter = Duration.seconds(3 * 86_400)

    package init() {
        shelf.ageMax = .seconds(7 * 86_400)
        shelf.bytesMax = 16 << 30
        shelf.fileBytesMax = 2 << 30
    }
}
