package import Domain
import Wire

/// A recording that the carrier keeps for us to fetch.
package struct TelnyxRecording: Hashable, Sendable {
    package let id: String
    package let channels: Int
    package let startedAt: Instant?
    package let endedAt: Instant?

    /// Nil without an id: nobody could fetch it.
    init?(_ payload: JSONValue) {
        guard let id = payload["recording_id"]?.text, !id.isEmpty else { return nil }
        self.id = id
        channels = payload["channels"]?.text == "dual" ? 2 : 1
        func instant(_ name: String) -> Instant? {
            payload[name]?.text.flatMap(RFC3339.timestamp).map { Instant(microseconds: $0.microseconds) }
        }
        startedAt = instant("recording_started_at")
        endedAt = instant("recording_ended_at")
    }

    package var duration: Milliseconds? {
        guard let startedAt, let endedAt, endedAt >= startedAt else { return nil }
        return Milliseconds(endedAt - startedAt)
    }
}
