import Domain
import Wire

extension RecordingStarted: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            recording: try fields("recording_id"),
            channels: try fields("channels")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("recording_id", recording)
        json.put("channels", channels)
    }
}

extension RecordingStored: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            recording: try fields("recording_id"),
            key: try fields("key"),
            channels: try fields("channels"),
            byteCount: try fields.optional("bytes"),
            duration: try fields.optional("duration_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("recording_id", recording)
        json.put("key", key)
        json.put("channels", channels)
        json.put("bytes", byteCount)
        json.put("duration_ms", duration)
    }
}

extension RecordingFailed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            recording: try fields("recording_id"),
            reason: try fields("reason")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("recording_id", recording)
        json.put("reason", reason)
    }
}

extension RecordingTranscribed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            recording: try fields("recording_id"),
            text: try fields.optional("text"),
            outcome: try fields.optional("outcome")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("recording_id", recording)
        json.put("text", text)
        json.put("outcome", outcome)
    }
}
