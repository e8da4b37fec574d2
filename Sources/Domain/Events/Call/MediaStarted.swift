/// `media.started`: sound flows.
package struct MediaStarted: Hashable, Sendable {
    package var media: String
    package var codec: AudioCodec
    package var sampleRate: Int

    package init(media: String, codec: AudioCodec, sampleRate: Int) {
        self.media = media
        self.codec = codec
        self.sampleRate = sampleRate
    }
}
