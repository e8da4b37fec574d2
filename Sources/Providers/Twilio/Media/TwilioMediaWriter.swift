package import Wire

/// Writes what we may say on one stream straight into the bytes that leave. Each call is one message.
package struct TwilioMediaWriter: Sendable {
    private let stream: String
    /// Of each media message, up to its payload: many are written for one stream.
    private let head: [UInt8]

    /// Twilio drops whatever does not name its stream.
    package init(stream: String) {
        self.stream = stream
        var queue = ByteQueue()
        queue.append(#"{"event":"media","streamSid":"#)
        queue.append(quoted: stream)
        queue.append(#","media":{"payload":""#)
        head = unsafe queue.withUnsafeBytes { unsafe Array($0) }
    }

    /// Audio to play behind what is queued: µ-law at 8 kHz, as much as one likes.
    package func media(_ audio: Span<UInt8>, to queue: inout ByteQueue) {
        queue.append(head)
        Base64.standard.encode(audio, into: &queue)
        queue.append(#""}}"#)
    }

    /// A mark that comes back once what was sent before it has been played, or was cleared.
    package func mark(_ name: String, to queue: inout ByteQueue) {
        queue.appendJSON { json in
            json.beginObject()
            json.name("event")
            json.string("mark")
            json.name("streamSid")
            json.string(stream)
            json.name("mark")
            json.beginObject()
            json.name("name")
            json.string(name)
            json.endObject()
            json.endObject()
        }
    }

    /// Silence at once: drops what is queued, and brings all marks back.
    package func clear(to queue: inout ByteQueue) {
        queue.appendJSON { json in
            json.beginObject()
            json.name("event")
            json.string("clear")
            json.name("streamSid")
            json.string(stream)
            json.endObject()
        }
    }
}
