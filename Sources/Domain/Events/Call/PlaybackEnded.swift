/// `playback.ended`: the carrier plays the file no more.
package struct PlaybackEnded: Hashable, Sendable {
    package var media: Private<String>?
    package var isOverlay: Bool
    /// In the carrier's word.
    package var outcome: String?

    package init(media: Private<String>? = nil, isOverlay: Bool, outcome: String? = nil) {
        self.media = media
        self.isOverlay = isOverlay
        self.outcome = outcome
    }
}
