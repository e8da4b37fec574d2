import Domain
import Wire

extension MediaStarted: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            media: try fields("stream_id"),
            codec: try fields("codec"),
            sampleRate: try fields("sample_rate")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("stream_id", media)
        json.put("codec", codec)
        json.put("sample_rate", sampleRate)
    }
}

extension MediaLost: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            media: try fields("stream_id"),
            reason: try fields("reason")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("stream_id", media)
        json.put("reason", reason)
    }
}

extension MediaResumed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            media: try fields("stream_id"),
            codec: try fields("codec"),
            sampleRate: try fields("sample_rate"),
            gap: try fields.optional("gap_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("stream_id", media)
        json.put("codec", codec)
        json.put("sample_rate", sampleRate)
        json.put("gap_ms", gap)
    }
}

extension MediaStopped: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            media: try fields("stream_id"),
            reason: try fields("reason"),
            framesIn: try fields.optional("frames_in"),
            framesOut: try fields.optional("frames_out")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("stream_id", media)
        json.put("reason", reason)
        json.put("frames_in", framesIn)
        json.put("frames_out", framesOut)
    }
}

extension DTMFReceived: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            digits: try fields("digits"),
            mediaAt: try fields.optional("media_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("digits", digits)
        json.put("media_ms", mediaAt)
    }
}

extension DTMFSent: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            digits: try fields("digits"),
            mediaAt: try fields.optional("media_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("digits", digits)
        json.put("media_ms", mediaAt)
    }
}
