import Crypto
import Wire

/// An event as it is told to others: the same members in the API's lists, in its streams and in webhooks.
package enum EventDocument {
    package static func bytes(of event: RecordedEvent) -> [UInt8] {
        var queue = ByteQueue()
        queue.appendJSON { json in
            json.beginObject()
            json.name("id")
            json.string(event.id.description)
            json.name("stream_id")
            json.string(event.stream.description)
            json.name("version")
            json.integer(Int64(event.version))
            json.name("type")
            json.string(event.type)
            json.name("schema_version")
            json.integer(Int64(event.schemaVersion))
            json.name("occurred_at")
            json.string(event.occurredAt.description)
            json.name("recorded_at")
            json.string(event.recordedAt.description)
            json.name("payload")
            json.raw(event.payload.span)
            json.name("meta")
            if let meta = event.meta { json.raw(meta.span) } else { json.null() }
            json.endObject()
        }
        return queue.withUnsafeBytes { unsafe Array($0) }
    }
}
