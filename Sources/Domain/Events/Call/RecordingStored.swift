/// `recording.stored`: the recording is in our storage.
package struct RecordingStored: Hashable, Sendable {
    package var recording: RecordingID
    /// Its name in storage.
    package var key: String
    package var channels: Int
    package var byteCount: Int?
    package var duration: Milliseconds?

    package init(
        recording: RecordingID, key: String, channels: Int, byteCount: Int? = nil, duration: Milliseconds? = nil
    ) {
        self.recording = recording
        self.key = key
        self.channels = channels
        self.byteCount = byteCount
        self.duration = duration
    }
}
