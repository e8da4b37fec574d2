import Loop
import TestKit

/// What a stream delivered, in order. On its loop's thread alone.
final class Collected<Event: Sendable>: @unchecked Sendable {
    // `@unchecked` holds because a test and its streams share one loop.

    private(set) var events: [Event] = []
    private let loop: Loop

    init(_ loop: Loop) { self.loop = loop }

    func take(_ event: Event) {
        loop.checkIsolated()
        events.append(event)
    }

    /// Waits until the events are as they should be.
    func until(_ what: String, _ holds: ([Event]) -> Bool) async throws {
        try await loop.until(what) { holds(events) }
    }
}
