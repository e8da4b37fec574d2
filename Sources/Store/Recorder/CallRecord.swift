import Crypto
package import Domain
import Loop

/// One live call's way into the log: its session says what happened, and goes on.
///
/// What it says gets the next versions of the call's stream, in the order in which it was said. `next` is touched on the
/// recorder's loop alone, which is why `@unchecked` holds.
package final class CallRecord: @unchecked Sendable {
    private let stream: UUID
    private let organization: UUID
    private let recorder: EventRecorder
    private let key: SubjectKey?
    private let isShared: Bool
    private var next: Int32

    /// `version` is the stream's last one: 0 for a call that begins with us.
    /// What is private in it is sealed with `key`, the call's, before it leaves the session.
    package init(
        of call: CallID, _ organization: OrganizationID, after version: Int32 = 0, sealedWith key: SubjectKey? = nil,
        in recorder: EventRecorder
    ) {
        self.key = key
        isShared = false
        stream = call.uuid
        self.organization = organization.uuid
        self.recorder = recorder
        next = version + 1
    }

    /// For a call that others tell of too: a webhook may come between any two of our facts, so each gets the version that
    /// is free.
    package init(
        sharing call: CallID, _ organization: OrganizationID, sealedWith key: SubjectKey? = nil,
        in recorder: EventRecorder
    ) {
        self.key = key
        isShared = true
        stream = call.uuid
        self.organization = organization.uuid
        self.recorder = recorder
        next = 1
    }

    /// From any thread; never waits. Throws what can't be written at all. Facts of one `record` are in the log together, but for
    /// the call's end, which follows them.
    package func record(
        _ facts: [CallEvent], at instant: Instant, meta: EventMeta? = nil
    ) throws {
        var events: [NewEvent] = []
        for fact in facts {
            let id = isShared ? CallEndID.of(fact, in: stream) : EventID(UUID.v7())
            events.append(try NewEvent(.call(fact), id: id, at: instant, in: stream, sealedWith: key, meta: meta))
        }
        // The end goes by itself: where somebody else has told it, what was before it is news all the same.
        let parts = isShared ? Self.split(events, at: CallEndID.of(stream)) : [events]
        for part in parts where !part.isEmpty { recorder.loop.execute { self.take(part) } }
    }

    private static func split(_ events: [NewEvent], at end: EventID) -> [[NewEvent]] {
        guard let place = events.firstIndex(where: { $0.id == end.uuid }) else { return [events] }
        return [Array(events[..<place]), [events[place]], Array(events[(place + 1)...])]
    }

    /// On the recorder's loop: versions go to what was taken, so that a stream has no hole where something was not.
    private func take(_ events: [NewEvent]) {
        let start = isShared ? StreamAppend.Start.next : .version(next)
        let append = StreamAppend(to: stream, kind: .call, of: organization, at: start, events)
        if recorder.take(append) { next += Int32(clamping: events.count) }
    }
}
