package import Wire

/// Writes what we may say on a media socket straight into the bytes that leave. Each call is one message.
package enum TelnyxMediaWriter {
    /// Audio to play behind what is queued: at least 20 ms of it, as the codec makes it.
    package static func media(_ audio: Span<UInt8>, to queue: inout ByteQueue) {
        queue.append(#"{"event":"media","media":{"payload":""#)
        Base64.standard.encode(audio, into: &queue)
        queue.append(#""}}"#)
    }

    /// A mark that comes back once what was sent before it has been played.
    package static func mark(_ name: String, to queue: inout ByteQueue) {
        queue.appendJSON { json in
            json.beginObject()
            json.name("event")
            json.string("mark")
            json.name("mark")
            json.beginObject()
            json.name("name")
            json.string(name)
            json.endObject()
            json.endObject()
        }
    }

    /// Silence at once: drops what is queued, and brings all marks back.
    package static func clear(to queue: inout ByteQueue) { queue.append(#"{"event":"clear"}"#) }
}
