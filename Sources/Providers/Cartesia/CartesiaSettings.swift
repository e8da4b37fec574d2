import Domain
package import Service

/// How Cartesia's synthesis is reached.
package struct CartesiaSettings: Sendable {
    package var url: String
    package var key: Secret?
    package var model: String
    /// The day whose protocol we speak.
    package var version = "2026-03-01"
    package var deadlines = StreamDeadlines()
    /// A socket older than this takes no new utterance.
    package var socketAgeMax = Duration.seconds(300)
    /// Text that waits for the connection; more is a fault.
    package var waitingBytesMax = 64 << 10

    package init(url: String = "wss://api.cartesia.ai", key: Secret?, model: String = "sonic-3") {
        (self.url, self.key, self.model) = (url, key, model)
    }

    var address: String { "\(url)/tts/websocket" }
}
