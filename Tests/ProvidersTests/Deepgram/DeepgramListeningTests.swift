import Domain
import Loop
import Testing

@testable import Providers

/// The protocol without a socket, by a clock that the test moves.
struct DeepgramListeningTests {
    private let start = Moment(nanoseconds: 1_000_000_000)
    private let settings = DeepgramSettings(key: nil)

    private func after(_ milliseconds: Int) -> Moment { start + .milliseconds(milliseconds) }

    private func opened() -> DeepgramListening {
        var machine = DeepgramListening(settings, at: start)
        _ = machine.opened(at: start)
        return machine
    }

    private func results(_ text: String, start: Double = 0, final: Bool, speech: Bool = false, asked: Bool = false)
        -> [UInt8]
    {
        Array(
            """
            {"type":"Results","start":\(start),"duration":0.5,"is_final":\(final),"speech_final":\(speech),\
            "from_finalize":\(asked),"channel":{"alternatives":[{"transcript":"\(text)","confidence":0.9,"words":[]}]}}
            """.utf8)
    }

    private func utteranceEnd(_ time: Double) -> [UInt8] {
        Array(#"{"type":"UtteranceEnd","channel":[0,1],"last_word_end":\#(time)}"#.utf8)
    }

    private func ends(_ steps: [DeepgramListening.Step]) -> [RecognizedEnd] {
        steps.compactMap { if case .deliver(.endOfTurn(let end)) = $0 { end } else { nil } }
    }

    @Test func `a turn ends once, whatever says so first`() {
        var machine = opened()
        #expect(ends(machine.received(results("hello", final: true, speech: true).span, at: start)) == [.pause])
        #expect(ends(machine.received(utteranceEnd(0.5).span, at: start)) == [])
        #expect(ends(machine.received(results("", start: 0.5, final: true, speech: true).span, at: start)) == [])
    }

    @Test func `several settled pieces are one turn, and no words end it without a pause`() {
        var machine = opened()
        #expect(ends(machine.received(results("one", final: true).span, at: start)) == [])
        #expect(ends(machine.received(results("two", start: 0.5, final: true).span, at: start)) == [])
        #expect(ends(machine.received(utteranceEnd(1).span, at: start)) == [.noWords])
    }

    @Test func `a late end of an utterance does not end the next turn`() {
        var machine = opened()
        _ = machine.received(results("one", final: true, speech: true).span, at: start)
        _ = machine.received(results("two", start: 2, final: true).span, at: start)
        #expect(ends(machine.received(utteranceEnd(0.5).span, at: start)) == [])
        #expect(ends(machine.received(utteranceEnd(-1).span, at: start)) == [])
        #expect(ends(machine.received(utteranceEnd(2.4).span, at: start)) == [.noWords])
    }

    @Test func `an answer to our own end that does not come is not waited for`() {
        var machine = opened()
        #expect(machine.turnEnded(at: start) == [.send(.finalize)])
        #expect(machine.wakeAt == after(500))
        #expect(ends(machine.woke(at: after(499))) == [])
        #expect(ends(machine.woke(at: after(500))) == [.asked])
        #expect(ends(machine.received(results("", final: true, asked: true).span, at: after(600))) == [])
    }

    @Test func `orders given before the socket stands wait for it`() {
        var machine = DeepgramListening(settings, at: start)
        #expect(machine.turnEnded(at: start) == [])
        #expect(machine.finished(at: start) == [])
        #expect(machine.opened(at: after(10)) == [.deliver(.opened)])
        #expect(machine.caughtUp(at: after(10)) == [.send(.finalize), .send(.closeStream)])
    }

    @Test func `the answer is due from the first unanswered audio on`() {
        var machine = opened()
        machine.sentAudio(160, at: after(100))
        machine.sentAudio(160, at: after(1_000))
        #expect(machine.wakeAt == after(1_600))
        #expect(machine.woke(at: after(1_599)) == [])
        _ = machine.received(results("", final: false).span, at: after(1_599))
        machine.sentAudio(160, at: after(2_000))
        #expect(machine.wakeAt == after(6_000))
        _ = machine.woke(at: after(6_000))
        #expect(machine.woke(at: after(7_000)) == [.close, .deliver(.failed(StreamFault(.stalled(.middle))))])
        #expect(machine.isOver)
    }

    @Test func `an answer to the first of much audio does not stand for the rest`() {
        var machine = opened()
        machine.sentAudio(16_000, at: start)
        _ = machine.received(results("one", final: false).span, at: after(100))
        #expect(machine.woke(at: after(5_099)).allSatisfy { $0 == .send(.keepAlive) })
        #expect(machine.woke(at: after(5_100)) == [.close, .deliver(.failed(StreamFault(.stalled(.middle))))])
    }

    @Test func `last words that do not come end the stream all the same`() {
        var machine = opened()
        _ = machine.received(results("bye", final: true).span, at: start)
        #expect(machine.finished(at: start) == [.send(.closeStream)])
        let steps = machine.woke(at: after(3_000))
        #expect(steps == [.deliver(.endOfTurn(.asked)), .close, .deliver(.ended)])
        #expect(machine.received(results("late", final: true).span, at: after(3_001)) == [])
    }

    @Test func `every message cut at every byte is refused and nothing else happens`() {
        let messages = [
            results("grüße", final: true, speech: true), utteranceEnd(1),
            Array(#"{"type":"Metadata","duration":1.5}"#.utf8), Array(#"{"type":"SpeechStarted","timestamp":2}"#.utf8),
        ]
        for message in messages {
            for length in 0..<message.count {
                var machine = opened()
                let steps = machine.received(Array(message[..<length]).span, at: start)
                #expect(steps == [.close, .deliver(.failed(StreamFault(.malformed)))])
            }
        }
    }

    @Test func `what it does not know it passes over`() {
        var machine = opened()
        #expect(machine.received(Array(#"{"type":"Weather"}"#.utf8).span, at: start) == [])
        #expect(!machine.isOver)
    }
}
