import Wire

/// A batch of spans as OTLP/HTTP JSON: ids in hex, 64-bit numbers as strings, enumerations as numbers.
/// https://opentelemetry.io/docs/specs/otlp/#otlphttp
enum OTLPBody {
    static func of(_ spans: [FinishedSpan], _ resource: TraceResource) -> [UInt8] {
        var queue = ByteQueue()
        queue.append(#"{"resourceSpans":[{"resource":{"attributes":["#)
        append("service.name", resource.serviceName, to: &queue)
        queue.append(",")
        append("service.version", resource.serviceVersion, to: &queue)
        if let instance = resource.instance {
            queue.append(",")
            append("service.instance.id", instance, to: &queue)
        }
        queue.append(#"]},"scopeSpans":[{"scope":{"name":"ledgerline"},"spans":["#)
        separated(spans, in: &queue) { append($0, to: &$1) }
        queue.append("]}]}]}")
        return queue.array
    }

    private static func append(_ span: FinishedSpan, to queue: inout ByteQueue) {
        queue.append(#"{"traceId":""#)
        queue.append(span.context.trace)
        queue.append(#"","spanId":""#)
        queue.append(hex: span.context.span.bits, digits: 16)
        queue.append(UInt8(ascii: "\""))
        if let parent = span.parent {
            queue.append(#","parentSpanId":""#)
            queue.append(hex: parent.bits, digits: 16)
            queue.append(UInt8(ascii: "\""))
        }
        if !span.context.state.text.isEmpty {
            queue.append(#","traceState":"#)
            queue.append(quoted: span.context.state.text)
        }
        queue.append(#","flags":1,"name":"#)
        queue.append(quoted: span.name)
        queue.append(#","kind":"#)
        queue.append(decimal: span.kind.rawValue)
        append(#","startTimeUnixNano":""#, span.start, to: &queue)
        append(#","endTimeUnixNano":""#, span.end, to: &queue)
        append(#","attributes":["#, span.fields, to: &queue)
        append(#","droppedAttributesCount":"#, span.fieldsDropped, to: &queue)
        queue.append(#","events":["#)
        separated(span.events, in: &queue) { event, queue in
            append(#"{"timeUnixNano":""#, event.at, to: &queue)
            queue.append(#","name":"#)
            queue.append(quoted: event.name)
            append(#","attributes":["#, event.fields, to: &queue)
            queue.append("}")
        }
        queue.append("]")
        append(#","droppedEventsCount":"#, span.eventsDropped, to: &queue)
        if let failure = span.failure {
            queue.append(#","status":{"code":2,"message":"#)
            queue.append(jsonValueOf: failure)
            queue.append("}")
        }
        queue.append("}")
    }

    private static func append(_ key: StaticString, _ text: String, to queue: inout ByteQueue) {
        queue.append(#"{"key":"#)
        queue.append(quoted: key)
        queue.append(#","value":{"stringValue":"#)
        queue.append(quoted: text)
        queue.append("}}")
    }

    private static func append(_ prefix: StaticString, _ time: WallTime, to queue: inout ByteQueue) {
        queue.append(prefix)
        queue.append(decimal: Int(clamping: time.nanosecondsSinceEpoch))
        queue.append("\"")
    }

    /// A count that is there only when it says something.
    private static func append(_ prefix: StaticString, _ count: Int, to queue: inout ByteQueue) {
        guard count > 0 else { return }
        queue.append(prefix)
        queue.append(decimal: count)
    }

    private static func append(_ prefix: StaticString, _ fields: [Field], to queue: inout ByteQueue) {
        queue.append(prefix)
        separated(fields, in: &queue) { field, queue in
            queue.append(#"{"key":"#)
            queue.append(fieldName: field)
            queue.append(#","value":{"#)
            switch field.value {
            case .count(let count):
                queue.append(#""intValue":""#)
                queue.append(decimal: count)
                queue.append("\"")
            case .ratio, .milliseconds:
                queue.append(#""doubleValue":"#)
                queue.append(jsonValueOf: field)
            case .flag:
                queue.append(#""boolValue":"#)
                queue.append(jsonValueOf: field)
            case .text, .word, .id, .redacted:
                queue.append(#""stringValue":"#)
                queue.append(jsonValueOf: field)
            }
            queue.append("}}")
        }
        queue.append("]")
    }

    private static func separated<Element>(
        _ elements: [Element], in queue: inout ByteQueue, _ body: (Element, inout ByteQueue) -> Void
    ) {
        for (index, element) in elements.enumerated() {
            if index > 0 { queue.append(UInt8(ascii: ",")) }
            body(element, &queue)
        }
    }
}
