import Wire

@testable import Providers

enum TwilioMediaLaws {
    static func check(_ bytes: [UInt8]) {
        var parser = TwilioMediaParser()
        do throws(MediaFault) {
            let frame = try parser.parse(bytes.span)
            let audio = sound(parser)
            if case .media = frame {} else { precondition(audio.isEmpty, "audio without a media frame") }
            let again = try parser.parse(bytes.span)
            precondition(again == frame, "the same message was understood in two ways")
            let audioAgain = sound(parser)
            precondition(audioAgain == audio, "the same message has two sounds")
        } catch {
            if case .json = error {} else { precondition(scans(bytes), "\(error), though it is no JSON") }
        }
        checkOurs(bytes)
    }

    private static func sound(_ parser: borrowing TwilioMediaParser) -> [UInt8] {
        parser.withAudio { (span) -> [UInt8] in
            var bytes: [UInt8] = []
            for index in span.indices { bytes.append(span[index]) }
            return bytes
        }
    }

    /// What we send must be JSON that names its stream and carries what it was given.
    private static func checkOurs(_ bytes: [UInt8]) {
        let name = String(decoding: bytes, as: UTF8.self)
        let writer = TwilioMediaWriter(stream: name)
        do {
            var queue = ByteQueue()
            writer.media(bytes.span, to: &queue)
            let media = try JSONValue(json: queue.bytes)
            guard case .string(let payload) = media["media"]?["payload"], media["streamSid"] == .string(name) else {
                preconditionFailure("our media frame has no payload, or another stream")
            }
            let audio = try Base64.standard.decode(payload)
            precondition(audio == bytes, "our audio was changed")
            queue.removeAll()
            writer.mark(name, to: &queue)
            var parser = TwilioMediaParser()
            let frame = try parser.parse(queue.bytes)
            precondition(frame == .mark(name: name), "our mark comes back as another")
            queue.removeAll()
            writer.clear(to: &queue)
            let clear = try JSONValue(json: queue.bytes)
            precondition(clear["streamSid"] == .string(name), "our clear names another stream")
        } catch {
            preconditionFailure("our own frame was refused: \(error)")
        }
    }

    private static func scans(_ bytes: [UInt8]) -> Bool {
        var json = JSONScanner(bytes.span)
        do throws(JSONError) {
            try json.skip()
            try json.end()
            return true
        } catch {
            return false
        }
    }
}
