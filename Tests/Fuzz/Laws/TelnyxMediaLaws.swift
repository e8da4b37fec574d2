import Wire

@testable import Providers

enum TelnyxMediaLaws {
    static func check(_ bytes: [UInt8]) {
        var parser = TelnyxMediaParser()
        do throws(MediaFault) {
            let frame = try parser.parse(bytes.span)
            let audio = parser.audio.withUnsafeBytes { Array($0) }
            if case .media = frame {} else { precondition(audio.isEmpty, "audio without a media frame") }
            let again = try parser.parse(bytes.span)
            precondition(again == frame, "the same message was understood in two ways")
            let audioAgain = parser.audio.withUnsafeBytes { Array($0) }
            precondition(audioAgain == audio, "the same message has two sounds")
        } catch {
            if case .json = error {} else { precondition(scans(bytes), "\(error), though it is no JSON") }
        }
        checkOurs(bytes)
    }

    /// What we send must be JSON that carries what it was given.
    private static func checkOurs(_ bytes: [UInt8]) {
        do {
            var queue = ByteQueue()
            TelnyxMediaWriter.media(bytes.span, to: &queue)
            let media = try JSONValue(json: queue.bytes)
            guard case .string(let payload) = media["media"]?["payload"] else {
                preconditionFailure("our media frame has no payload")
            }
            let audio = try Base64.standard.decode(payload)
            precondition(audio == bytes, "our audio was changed")
            queue.removeAll()
            let name = String(decoding: bytes, as: UTF8.self)
            TelnyxMediaWriter.mark(name, to: &queue)
            var parser = TelnyxMediaParser()
            let frame = try parser.parse(queue.bytes)
            precondition(frame == .mark(name: name), "our mark comes back as another")
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
