package import Domain
import Wire

/// A file that the carrier plays.
package struct TelnyxPlayback: Hashable, Sendable {
    private let media: Private<String>?
    private let isOverlay: Bool
    private let status: String?

    init(_ payload: JSONValue) {
        // What was sent along with the command has neither, and then both are there and empty.
        media = ["media_name", "media_url"].lazy.compactMap { payload[$0]?.text }.first { !$0.isEmpty }
            .map { Private($0) }
        isOverlay = payload["overlay"] == .bool(true)
        status = payload["status"]?.text
    }

    package var started: PlaybackStarted { PlaybackStarted(media: media, isOverlay: isOverlay) }

    package var ended: PlaybackEnded { PlaybackEnded(media: media, isOverlay: isOverlay, outcome: status) }
}
