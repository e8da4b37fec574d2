package import Domain

/// What a media frame says about its audio. Frames may come out of order; the numbers put them right.
package struct MediaChunk: Equatable {
    package let track: AudioTrack
    /// Counts the frames of all kinds on this socket.
    package let sequence: Int64?
    /// Counts the chunks of this track.
    package let chunk: Int64?
    /// Milliseconds from the start of the stream.
    package let timestamp: Int64?
}
