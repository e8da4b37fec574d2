import Domain
import Wire

@testable import Providers

enum WebMediaLaws {
    static func check(_ bytes: [UInt8]) {
        do throws(MediaFault) {
            let frame = try WebMediaFrame(bytes.span)
            let again = try WebMediaFrame(bytes.span)
            precondition(again == frame, "the same message was understood in two ways")
            if case .started(let rate) = frame {
                precondition(WebMediaFrame.sampleRates.contains(Int64(rate)), "a rate that nobody offers")
            }
        } catch {
            if case .json = error {} else { precondition((try? JSONValue(json: bytes)) != nil, "\(error) of no JSON") }
        }
        checkOurs(bytes)
        if WebMediaFrame.isSound(bytes.span) { checkSound(bytes) }
    }

    /// What we send must be read as what it is.
    private static func checkOurs(_ bytes: [UInt8]) {
        let name = String(decoding: bytes, as: UTF8.self)
        do {
            var queue = ByteQueue()
            WebMediaWriter.mark(name, to: &queue)
            let mark = try WebMediaFrame(queue.bytes)
            precondition(mark == .mark(name: name), "our mark comes back as another")
            queue.removeAll()
            WebMediaWriter.clear(to: &queue)
            let clear = try JSONValue(json: queue.bytes)
            precondition(clear["event"] == .string("clear"), "our clear is none")
        } catch {
            preconditionFailure("our own frame was refused: \(error)")
        }
    }

    /// In two pieces it is the same sound as in one, and never longer than it was.
    private static func checkSound(_ bytes: [UInt8]) {
        var (whole, pieces) = (WebSound(sampleRate: 16_000, law: .muLaw), WebSound(sampleRate: 16_000, law: .muLaw))
        let middle = bytes.count / 4 * 2
        let (first, second) = (Array(bytes[..<middle]), Array(bytes[middle...]))
        let sound = whole.heard(bytes.span)
        precondition(sound == pieces.heard(first.span) + pieces.heard(second.span), "pieces sound otherwise")
        precondition(sound.count <= (bytes.count / 2 + 1) / 2, "more sound than there was")
        precondition(whole.said(sound).count % 2 == 0, "half a sample")
    }
}
