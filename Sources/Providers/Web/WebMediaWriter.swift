package import Wire

/// Writes what we say in text to a browser. Each call is one message.
package enum WebMediaWriter {
    /// The call goes on, at this rate.
    package static func started(sampleRate: Int, to queue: inout ByteQueue) {
        event("started", to: &queue) {
            $0.name("sample_rate")
            $0.integer(Int64(sampleRate))
        }
    }

    /// A mark that comes back once what was sent before it has been played, or was cleared.
    package static func mark(_ name: String, to queue: inout ByteQueue) {
        event("mark", to: &queue) {
            $0.name("name")
            $0.string(name)
        }
    }

    /// Silence at once: drops what is queued, and brings all marks back.
    package static func clear(to queue: inout ByteQueue) { event("clear", to: &queue) { _ in } }

    private static func event(_ name: String, to queue: inout ByteQueue, _ more: (inout JSONWriter) -> Void) {
        queue.appendJSON { json in
            json.beginObject()
            json.name("event")
            json.string(name)
            more(&json)
            json.endObject()
        }
    }
}
