/// `recording.transcribed`: the carrier has written down what a recording says.
package struct RecordingTranscribed: Hashable, Sendable {
    package var recording: RecordingID
    package var text: Private<String>?
    /// In the carrier's word.
    package var outcome: String?

    package init(recording: RecordingID, text: Private<String>? = nil, outcome: String? = nil) {
        self.recording = recording
        self.text = text
        self.outcome = outcome
    }
}
