import Domain

/// What Twilio hears when it asks what to do with a call that comes in.
package enum TwilioMarkup {
    /// After a stream that was lost the line stays open for so long: time to open another one.
    private static let reopeningSeconds = 20
    /// So long a caller waits for a command before Twilio hangs up.
    private static let patienceSeconds = 30

    /// Takes the call, and opens its media stream. `base` is where webhooks reach us, without a slash at its end.
    package static func answer(_ stream: CarrierCommand.MediaStream, _ tag: LegTag, at base: String) -> String {
        TwiML.document { connect(stream, callback: webhook("stream", tag, at: base), &$0) }
    }

    /// Keeps the line until somebody commands.
    package static let patience = TwiML.document { $0.element("Pause", ["length": "\(patienceSeconds)"]) }
    /// Does not take the call: nobody pays for it.
    package static let rejection = TwiML.document { $0.element("Reject") }
    package static let hangup = TwiML.document { $0.element("Hangup") }

    static func connect(_ stream: CarrierCommand.MediaStream, callback: String, _ document: inout TwiML) {
        document.element("Connect") { connect in
            connect.element("Stream", ["url": stream.url.revealed, "statusCallback": callback])
        }
        document.element("Pause", ["length": "\(reopeningSeconds)"])
    }

    static func webhook(_ kind: String, _ tag: LegTag?, key: String? = nil, at base: String) -> String {
        let items = [tag.map { "tag=\($0.text)" }, key.map { "key=\($0)" }].compactMap { $0 }
        return "\(base)/webhooks/twilio/\(kind)" + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
    }
}
