/// `media.lost`: sound no longer flows; it may come back.
package struct MediaLost: Hashable, Sendable {
    package var media: String
    package var reason: MediaReason

    package init(media: String, reason: MediaReason) {
        self.media = media
        self.reason = reason
    }
}
