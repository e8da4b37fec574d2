/// `recording.failed`: there will be no recording.
package struct RecordingFailed: Hashable, Sendable {
    package var recording: RecordingID
    package var reason: RecordingFault

    package init(recording: RecordingID, reason: RecordingFault) {
        self.recording = recording
        self.reason = reason
    }
}
