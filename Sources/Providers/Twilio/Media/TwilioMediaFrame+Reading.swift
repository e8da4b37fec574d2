import Wire

extension TwilioMediaFrame {
    /// Any frame but media, out of its document.
    init(_ event: String, _ document: JSONValue) throws(MediaFault) {
        switch event {
        case "connected": self = .connected
        case "start": self = .started(try TwilioMediaStart(document))
        case "dtmf":
            let text = try document.member("dtmf").text("digit")
            guard let key = text.first, text.count == 1, MediaDigit.keys.contains(key) else { throw .lacks("digit") }
            self = .digit(
                MediaDigit(key: key, sequence: document.optionalCounter("sequenceNumber"), occurredAt: nil))
        case "mark": self = .mark(name: try document.member("mark").text("name"))
        case "stop": self = .stopped
        default: self = .unknown
        }
    }
}

extension TwilioMediaStart {
    fileprivate init(_ document: JSONValue) throws(MediaFault) {
        let start = try document.member("start")
        let format = try start.member("mediaFormat")
        self.init(
            streamSID: try document.text("streamSid"), callSID: try start.text("callSid"),
            encoding: MediaEncoding(try format.text("encoding")), sampleRate: try format.counter("sampleRate"),
            channels: try format.counter("channels"))
    }
}
