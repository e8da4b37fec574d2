/// `media.resumed`: sound flows again.
package struct MediaResumed: Hashable, Sendable {
    package var media: String
    package var codec: AudioCodec
    package var sampleRate: Int
    package var gap: Milliseconds?

    package init(media: String, codec: AudioCodec, sampleRate: Int, gap: Milliseconds? = nil) {
        self.media = media
        self.codec = codec
        self.sampleRate = sampleRate
        self.gap = gap
    }
}
