import Domain
import Loop
import Wire

@testable import Providers

enum CartesiaLaws {
    /// The bytes are messages with line ends between them, on a socket with two utterances, `a` and `b`; `b` is cancelled.
    static func check(_ bytes: [UInt8]) {
        let now = Moment(nanoseconds: 1_000_000_000)
        var machine = CartesiaSpeaking(CartesiaSettings(key: nil), at: now)
        for name in ["a", "b"] {
            machine.began(name, SynthesizerRequest(voice: "v"))
            _ = machine.said("hello", in: name, at: now)
        }
        var steps = machine.opened(at: now)
        steps += machine.finished("a", at: now)
        steps += machine.cancelled("b")
        for message in bytes.split(separator: 10, omittingEmptySubsequences: false) {
            steps += machine.received(Array(message).span, at: now)
        }
        steps += machine.woke(at: now + .seconds(60))
        precondition(machine.count == 0, "an utterance has no end")
        var ends = 0
        for case .deliver(let name, let event) in steps {
            precondition(name == "a", "somebody is told who did not ask")
            precondition(ends == 0, "something was told after the end")
            switch event {
            case .done, .failed: ends += 1
            case .audio(let audio): precondition(!audio.isEmpty, "no audio was told")
            case .words, .switched: break
            }
        }
        precondition(ends == 1, "an utterance has one end")
        checkOurs(bytes)
    }

    /// What we send must be JSON that carries the text it was given.
    private static func checkOurs(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let order = CartesiaOrder.say(text, in: text, SynthesizerRequest(voice: text), goesOn: true)
        guard let document = try? JSONValue(json: Array(order.message(model: text).utf8)) else {
            preconditionFailure("our own message was refused")
        }
        precondition(document["transcript"]?.text == text, "our text was changed")
        precondition(document["voice"]?["id"]?.text == text, "our voice was changed")
    }
}
