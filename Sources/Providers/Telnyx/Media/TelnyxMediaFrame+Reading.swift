import Wire

extension TelnyxMediaFrame {
    /// Any frame but media, out of its document.
    init(_ event: String, _ document: JSONValue) throws(TelnyxMediaFault) {
        switch event {
        case "connected": self = .connected
        case "start": self = .started(try TelnyxMediaStart(document))
        case "dtmf":
            let text = try document.member("dtmf").text("digit")
            guard let key = text.first, text.count == 1, TelnyxMediaDigit.keys.contains(key) else {
                throw .lacks("digit")
            }
            self = .digit(
                TelnyxMediaDigit(
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
    fileprivate init(_ document: JSONValue) throws(TelnyxMediaFault) {
        let start = try document.member("start")
        let format = try start.member("media_format")
        self.init(
            streamID: try document.text("stream_id"), callControlID: try start.text("call_control_id"),
            callSessionID: start.optionalText("call_session_id"), from: start.optionalText("from"),
            to: start.optionalText("to"), clientState: start.optionalText("client_state"),
            encoding: TelnyxMediaEncoding(try format.text("encoding")),
            sampleRate: try format.counter("sample_rate"), channels: try format.counter("channels"))
    }
}

extension JSONValue {
    fileprivate func member(_ name: String) throws(TelnyxMediaFault) -> JSONValue {
        guard let value = self[name] else { throw .lacks(name) }
        return value
    }

    fileprivate func optionalText(_ name: String) -> String? {
        if case .string(let text) = self[name] { text } else { nil }
    }

    fileprivate func text(_ name: String) throws(TelnyxMediaFault) -> String {
        guard let text = optionalText(name) else { throw .lacks(name) }
        return text
    }

    /// Digits, with or without quotes around them.
    fileprivate func optionalCounter(_ name: String) -> Int64? {
        switch self[name] {
        case .integer(let value): value
        case .string(let text) where text.utf8.allSatisfy { $0 &- 48 < 10 }: Int64(text)
        default: nil
        }
    }

    fileprivate func counter(_ name: String) throws(TelnyxMediaFault) -> Int64 {
        guard let value = optionalCounter(name) else { throw .lacks(name) }
        return value
    }
}
