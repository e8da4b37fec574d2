import Store
import Wire

/// One event as it is shown.
struct EventView {
    let event: RecordedEvent
    let isRevealing: Bool

    private var payload: JSONValue {
        isRevealing ? .of(json: event.payload) : RedactedPayload.of(event)
    }

    var line: String {
        "\(event.recordedAt)  \(event.lane)/\(event.position)  \(event.stream) v\(event.version)  \(event.type)  \(payload.compact)"
    }

    var document: JSONValue {
        .object([
            ("lane", .of(event.lane)), ("position", .of(event.position)), ("stream_id", .of(event.stream)),
            ("version", .of(event.version)), ("event_id", .of(event.id)), ("organization_id", .of(event.organization)),
            ("type", .string(event.type)), ("schema_version", .of(event.schemaVersion)),
            ("occurred_at", .of(event.occurredAt)), ("recorded_at", .of(event.recordedAt)), ("payload", payload),
            ("meta", event.meta.map { .of(json: $0) } ?? .null),
        ])
    }
}
