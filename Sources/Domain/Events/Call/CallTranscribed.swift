/// `call.transcribed`: what the carrier's own recognizer made of a piece of sound. What the agent goes by is `caller.said`.
package struct CallTranscribed: Hashable, Sendable {
    package var text: Private<String>
    package var confidence: Fraction?
    package var isFinal: Bool
    /// Whose sound it was, in the carrier's word.
    package var track: String?

    package init(text: Private<String>, confidence: Fraction? = nil, isFinal: Bool, track: String? = nil) {
        self.text = text
        self.confidence = confidence
        self.isFinal = isFinal
        self.track = track
    }
}
