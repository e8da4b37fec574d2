/// Where a call stands. No event says it: it follows from what happened.
package enum CallStatus: String, Hashable, Sendable, CaseIterable {
    case queued
    case ringing
    case inProgress = "in_progress"
    case transferring
    case ended

    package var isLive: Bool { self != .ended }
}
