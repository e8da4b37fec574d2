/// `recording.started`: the call is being recorded.
package struct RecordingStarted: Hashable, Sendable {
    package var recording: RecordingID
    package var channels: Int

    package init(recording: RecordingID, channels: Int) {
        self.recording = recording
        self.channels = channels
    }
}
