package import Domain
import HTTP
package import Service

/// How Deepgram's live recognition is reached, and how it listens.
package struct DeepgramSettings: Sendable {
    package var url: String
    package var key: Secret?
    package var model: String
    /// The pause after which it calls a turn over.
    package var endpointing = Milliseconds(300)
    /// Without a word for so long it says so, though it may not be quiet. Less than a second is not understood there.
    package var utteranceEnd = Milliseconds(1_000)
    package var deadlines = StreamDeadlines()
    /// How long the answer to our own end of a turn may take.
    package var finalizePatience = Duration.milliseconds(500)
    /// How long its last words may take.
    package var finishPatience = Duration.seconds(3)
    /// It closes after ten seconds with nothing.
    package var keepAlive = Duration.seconds(4)
    /// Audio that waits for the connection, or for the network; more is a fault.
    package var waitingMax = Milliseconds(20_000)

    package init(url: String = "wss://api.deepgram.com", key: Secret?, model: String = "nova-3") {
        (self.url, self.key, self.model) = (url, key, model)
    }

    func address(_ request: RecognizerRequest) -> String {
        let encoding =
            switch request.format.encoding {
            case .g711(.muLaw): "mulaw"
            case .g711(.aLaw): "alaw"
            case .linear16: "linear16"
            }
        var items = [
            ("model", model), ("language", request.language), ("encoding", encoding),
            ("sample_rate", "\(request.format.rate)"), ("channels", "1"), ("interim_results", "true"),
            ("smart_format", "true"), ("endpointing", "\(endpointing.count)"),
            ("utterance_end_ms", "\(utteranceEnd.count)"), ("vad_events", "true"),
        ]
        // Older models know such words by another name, and refuse this one.
        let termName = model.hasPrefix("nova-3") ? "keyterm" : "keywords"
        items += request.terms.map { (termName, $0) }
        let query = items.map { "\($0)=\(PercentCoding.encode($1))" }.joined(separator: "&")
        return "\(url)/v1/listen?\(query)"
    }
}
