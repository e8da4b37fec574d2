/// `media.stopped`: sound has ended for good.
package struct MediaStopped: Hashable, Sendable {
    package var media: String
    package var reason: MediaReason
    package var framesIn: Int?
    package var framesOut: Int?

    package init(media: String, reason: MediaReason, framesIn: Int? = nil, framesOut: Int? = nil) {
        self.media = media
        self.reason = reason
        self.framesIn = framesIn
        self.framesOut = framesOut
    }
}
