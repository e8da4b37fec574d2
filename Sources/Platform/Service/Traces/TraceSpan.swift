import Loop
import Synchronization

/// A piece of work being done, between the two ends of `Tracer.withSpan`.
///
/// In a trace that is not recorded it only carries the context, and saying something about it costs nothing.
package struct TraceSpan: Sendable {
    /// What one span keeps; more is left out and counted in the span.
    package static let fieldsMax = 64
    package static let eventsMax = 64

    package let context: TraceContext
    private let record: Record?

    init(context: TraceContext, record: Record?) {
        self.context = context
        self.record = record
    }

    package var isRecorded: Bool { record != nil }

    package func set(_ fields: Field...) { record?.add(fields) }

    /// Something that happened at a moment inside the span.
    package func event(_ name: StaticString, _ fields: Field...) { record?.happened(name, fields) }

    /// Marks the span as failed, for work that fails without throwing.
    package func failed(_ error: any Error) { record?.failed(error) }

    /// Ends the recording; nil when there was none.
    var finished: FinishedSpan? { record?.end() }

    /// What is known of a span so far.
    final class Record: Sendable {
        private let facts: Mutex<FinishedSpan>
        private let startedAt: Moment

        init(_ facts: FinishedSpan, startedAt: Moment) {
            self.facts = Mutex(facts)
            self.startedAt = startedAt
        }

        func add(_ fields: [Field]) {
            facts.withLock { facts in
                let room = max(0, TraceSpan.fieldsMax - facts.fields.count)
                facts.fields.append(contentsOf: fields.prefix(room))
                facts.fieldsDropped += max(0, fields.count - room)
            }
        }

        func happened(_ name: StaticString, _ fields: [Field]) {
            let event = FinishedSpan.Event(name: name, at: now, fields: fields)
            facts.withLock { facts in
                if facts.events.count < TraceSpan.eventsMax {
                    facts.events.append(event)
                } else {
                    facts.eventsDropped += 1
                }
            }
        }

        func failed(_ error: any Error) { facts.withLock { $0.failure = .error(error) } }

        func end() -> FinishedSpan {
            let now = now
            return facts.withLock { facts in
                facts.end = now
                return facts
            }
        }

        /// The calendar may jump during a span, so its end is its start and the monotonic time since then.
        private var now: WallTime {
            let start = facts.withLock { $0.start }
            let passed = UInt64(clamping: (Moment.now - startedAt).wholeNanoseconds)
            return WallTime(nanosecondsSinceEpoch: start.nanosecondsSinceEpoch &+ passed)
        }
    }
}
