import Domain
import Wire

extension CallTranscribed {
    /// Nil where nothing was understood.
    init?(telnyx payload: JSONValue) {
        guard let data = payload["transcription_data"], let text = data["transcript"]?.text, !text.isEmpty else {
            return nil
        }
        self.init(
            text: Private(text), confidence: data["confidence"]?.number.flatMap { Fraction($0) },
            isFinal: data["is_final"] == .bool(true), track: data["transcription_track"]?.text)
    }
}
