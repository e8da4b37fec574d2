/// Which side of a conversation a span is; the raw values are OpenTelemetry's.
package enum SpanKind: Int, Sendable {
    case inside = 1
    case server
    case client
    case producer
    case consumer
}
