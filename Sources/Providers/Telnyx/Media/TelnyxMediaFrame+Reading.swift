import Wire

extension TelnyxMediaFrame {
    /// Any frame but media, out of its document.
    init(_ event: String, _ document: JSONValue) throws(MediaFault) {
        switch event {
        case "connected": self = .connected
        case "start": self = .started(try TelnyxMediaStart(document))
        case "dtmf":
            let text = try document.member("dtmf").text("digit")
            guard let key = text.first, text.count == 1, MediaDigit.keys.contains(key) else {
                throw .lacks("digit")
            }
            self = .digit(
                MediaDigit(
                    key: key, sequence: document.optionalCounter("sequence_number"),
                    occurredAt: document.optionalText("occurred_at")))
        case "mark": self = .mark(name: try document.member("mark").text("name"))
        case "error":
            let payload = try document.member("payload")
            self = .refused(
                TelnyxMediaRefusal(
                    code: try payload.counter("code"), title: payload.optionalText("title") ?? "",
                    detail: payload.optionalText("detail") ?? ""))
        case "stop": self = .stopped
        default: self = .unknown
        }
    }
}

extension TelnyxMediaStart {
    fileprivate init(_ document: JSONValue) throws(MediaFault) {
        let start = try document.member("start")
        let format = try start.member("media_format")
        self.init(
            streamID: try document.text("stream_id"), callControlID: try start.text("call_control_id"),
            callSessionID: start.optionalText("call_session_id"), from: start.optionalText("from"),
            to: start.optionalText("to"), clientState: start.optionalText("client_state"),
            encoding: MediaEncoding(try format.text("encoding")),
            sampleRate: try format.counter("sample_rate"), channels: try format.counter("channels"))
    }
}
