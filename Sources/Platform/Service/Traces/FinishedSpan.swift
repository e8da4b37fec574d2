/// A span as it is exported.
struct FinishedSpan: Sendable {
    struct Event: Sendable {
        let name: StaticString
        let at: WallTime
        let fields: [Field]
    }

    let context: TraceContext
    let parent: SpanID?
    let name: String
    let kind: SpanKind
    let start: WallTime
    var end: WallTime
    var fields: [Field] = []
    var fieldsDropped = 0
    var events: [Event] = []
    var eventsDropped = 0
    var failure: Field?
}
