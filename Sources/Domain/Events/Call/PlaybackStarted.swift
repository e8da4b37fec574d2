/// `playback.started`: the carrier plays a file of its own or of ours.
package struct PlaybackStarted: Hashable, Sendable {
    /// Its name or address, which may hold a key to it.
    package var media: Private<String>?
    /// Beneath everything else that is heard.
    package var isOverlay: Bool

    package init(media: Private<String>? = nil, isOverlay: Bool) {
        self.media = media
        self.isOverlay = isOverlay
    }
}
