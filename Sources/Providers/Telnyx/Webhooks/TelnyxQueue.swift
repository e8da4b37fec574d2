package import Domain
import Wire

/// A queue of the carrier's, and how it is with the call in it.
package struct TelnyxQueue: Hashable, Sendable {
    /// Nobody waits for longer than a day; whatever says so is no number of seconds.
    private static let secondsMax: Int64 = 86_400

    private let name: String
    private let place: Int?
    private let seconds: Int64?
    private let reason: String?

    /// Nil without a name: then nobody could say which.
    init?(_ payload: JSONValue) {
        guard let name = payload["queue"]?.text, !name.isEmpty else { return nil }
        self.name = name
        func number(_ name: String) -> Int64? {
            let value = payload[name]
            return value?.wholeNumber ?? value?.text.flatMap { Int64($0) }
        }
        place = (number("current_position") ?? number("queue_position")).map { Int($0) }
        let seconds = number("queue_avg_wait_time_secs") ?? number("wait_time_secs")
        self.seconds = seconds.flatMap { (0...Self.secondsMax).contains($0) ? $0 : nil }
        reason = payload["reason"]?.text
    }

    private var wait: Milliseconds? { seconds.map { Milliseconds($0 * 1000) } }

    package var entered: CallEnqueued { CallEnqueued(queue: name, place: place, usualWait: wait) }

    package var left: CallDequeued { CallDequeued(queue: name, place: place, reason: reason, waited: wait) }
}
