import Domain
import Wire

// What the carrier does on its line, by itself or as it was told.

extension CallBridged: Fieldwise {
    init(_ fields: Fields) throws(CodecError) { self.init(leg: try CarrierLeg(fields)) }

    func write(to json: inout JSONWriter) { leg.write(to: &json) }
}

extension CallHeld: Fieldwise {
    init(_ fields: Fields) throws(CodecError) { self.init() }

    func write(to json: inout JSONWriter) {}
}

extension CallResumed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) { self.init() }

    func write(to json: inout JSONWriter) {}
}

extension CallEnqueued: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            queue: try fields("queue"),
            place: try fields.optional("position"),
            usualWait: try fields.optional("usual_wait_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("queue", queue)
        json.put("position", place)
        json.put("usual_wait_ms", usualWait)
    }
}

extension CallDequeued: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            queue: try fields("queue"),
            place: try fields.optional("position"),
            reason: try fields.optional("reason"),
            waited: try fields.optional("waited_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("queue", queue)
        json.put("position", place)
        json.put("reason", reason)
        json.put("waited_ms", waited)
    }
}

extension CallTranscribed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            text: try fields("text"),
            confidence: try fields.optional("confidence"),
            isFinal: try fields("final"),
            track: try fields.optional("track")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("text", text)
        json.put("confidence", confidence)
        json.put("final", isFinal)
        json.put("track", track)
    }
}

extension GatherEnded: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            gather: try fields.optional("gather_id"),
            digits: try fields.optional("digits"),
            outcome: try fields.optional("outcome")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("gather_id", gather)
        json.put("digits", digits)
        json.put("outcome", outcome)
    }
}

extension PlaybackStarted: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            media: try fields.optional("media"),
            isOverlay: try fields("overlay")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("media", media)
        json.put("overlay", isOverlay)
    }
}

extension PlaybackEnded: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            media: try fields.optional("media"),
            isOverlay: try fields("overlay"),
            outcome: try fields.optional("outcome")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("media", media)
        json.put("overlay", isOverlay)
        json.put("outcome", outcome)
    }
}

extension AnnouncementStarted: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            announcement: try fields.optional("announcement_id")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("announcement_id", announcement)
    }
}

extension AnnouncementEnded: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            announcement: try fields.optional("announcement_id"),
            outcome: try fields.optional("outcome")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("announcement_id", announcement)
        json.put("outcome", outcome)
    }
}
