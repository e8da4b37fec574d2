package import Crypto
package import Domain

/// Events that one stream shall get together, all or none of them.
package struct StreamAppend: Sendable {
    /// Which versions they get.
    package enum Start: Hashable, Sendable {
        /// The first event is this version of the stream, the next one follows. Versions begin at 1. Sent again, whole or
        /// with more behind it, what is stored already is recognised by version and id.
        case version(Int32)
        /// Whatever comes next. The log remembers by their ids which versions they got, so that sending them again answers
        /// the same. Known are all of them or none: a mixture is a conflict.
        case next
    }

    package let stream: UUID
    /// Kept of the first append to a stream: what it is, and whose.
    package let kind: StreamKind
    package let organization: UUID
    package let start: Start
    package let events: [NewEvent]

    package init(to stream: UUID, kind: StreamKind, of organization: UUID, at start: Start, _ events: [NewEvent]) {
        self.stream = stream
        self.kind = kind
        self.organization = organization
        self.start = start
        self.events = events
    }

    /// About what it weighs on its way to the server.
    package var byteCount: Int { events.reduce(0) { $0 + $1.byteCount } }

    /// What the log would refuse whatever it holds; nil when there is nothing of that kind.
    var flaw: AppendError? {
        if events.isEmpty { return .invalid("an append without events") }
        if events.count > AppendLimits.batchEventsMax {
            return .invalid("more than \(AppendLimits.batchEventsMax) events")
        }
        if byteCount > AppendLimits.batchBytesMax { return .invalid("more than \(AppendLimits.batchBytesMax) bytes") }
        switch start {
        case .version(let first):
            if first < 1 { return .invalid("a version below 1") }
            if first > Int32.max - Int32(events.count) { return .invalid("a version above \(Int32.max)") }
        case .next:
            if events.count > 1, Set(events.map(\.id)).count < events.count { return .invalid("one event id twice") }
        }
        return nil
    }
}
