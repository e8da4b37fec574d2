import Domain
import Loop
import Testing

@testable import Providers

/// The recognizer's protocol, without any library.
struct VoskListeningTests {
    private static let now = Moment(nanoseconds: 1_000_000_000)
    private static let patience = Duration.seconds(2)

    private static func machine() -> VoskListening {
        var machine = VoskListening(rate: 8_000, patience: patience)
        #expect(machine.opened() == [.deliver(.opened)])
        return machine
    }

    private static func said(_ text: String, from start: Int64, to end: Int64) -> VoskText {
        let word = Word(
            text: Private(text), startedAt: Milliseconds(start), endedAt: Milliseconds(end),
            confidence: Fraction(percent: 90))
        return VoskText(text: Private(text), words: [word])
    }

    private static func text(_ words: VoskText, _ start: Int64, _ end: Int64) -> RecognizedText {
        RecognizedText(
            text: words.text, words: words.words, confidence: words.words.isEmpty ? nil : Fraction(percent: 90),
            startedAt: Milliseconds(start), endedAt: Milliseconds(end))
    }

    @Test func `sound is given in pieces, and the rest with the end of the turn`() {
        var machine = Self.machine()
        let frame = [Int16](repeating: 7, count: 160)
        for _ in 0..<4 { #expect(machine.heard(frame) == []) }
        #expect(machine.heard(frame) == [.hear([Int16](repeating: 7, count: 800))])
        #expect(machine.heard(frame) == [])
        #expect(machine.turnEnded(at: Self.now) == [.hear(frame), .conclude])
        #expect(machine.turnEnded(at: Self.now) == [.conclude])
    }

    @Test func `words that may change are told once, and take the place of those before`() {
        var machine = Self.machine()
        _ = machine.heard([Int16](repeating: 7, count: 1_600))
        #expect(machine.answered(.goesOn(Private(""))) == [])
        let interim = RecognizedText(
            text: Private("where"), words: [], confidence: nil, startedAt: 0, endedAt: 200)
        #expect(machine.answered(.goesOn(Private("where"))) == [.deliver(.interim(interim))])
        #expect(machine.answered(.goesOn(Private("where"))) == [])
    }

    @Test func `a pause behind words ends the turn, and one without ends nothing`() {
        var machine = Self.machine()
        let words = Self.said("hello", from: 100, to: 400)
        #expect(
            machine.answered(.ended(words)) == [
                .deliver(.settled(Self.text(words, 100, 400))), .deliver(.endOfTurn(.pause)),
            ])
        #expect(machine.answered(.ended(VoskText(text: Private(""), words: []))) == [])
    }

    @Test func `an end that is asked for is answered, with words or without`() {
        var machine = Self.machine()
        _ = machine.heard([Int16](repeating: 7, count: 4_000))
        _ = machine.turnEnded(at: Self.now)
        #expect(machine.wakeAt == Self.now + Self.patience)
        let words = Self.said("hello", from: 100, to: 400)
        #expect(
            machine.concluded(words) == [
                .deliver(.settled(Self.text(words, 100, 400))), .deliver(.endOfTurn(.asked)),
            ])
        #expect(machine.wakeAt == nil)
        _ = machine.turnEnded(at: Self.now)
        let nothing = VoskText(text: Private(""), words: [])
        #expect(
            machine.concluded(nothing) == [
                .deliver(.settled(Self.text(nothing, 400, 500))), .deliver(.endOfTurn(.asked)),
            ])
    }

    @Test func `who finishes hears the last words, and then the end`() {
        var machine = Self.machine()
        _ = machine.heard([7, 7])
        #expect(machine.finished(at: Self.now) == [.hear([7, 7]), .conclude])
        #expect(machine.heard([7]) == [] && machine.turnEnded(at: Self.now) == [])
        let words = Self.said("bye", from: 0, to: 10)
        #expect(
            machine.concluded(words) == [
                .deliver(.settled(Self.text(words, 0, 10))), .deliver(.endOfTurn(.asked)), .deliver(.ended),
            ])
        #expect(machine.isOver && machine.answered(.goesOn(Private("x"))) == [])
    }

    @Test func `words that take too long are a stall`() {
        var machine = Self.machine()
        _ = machine.turnEnded(at: Self.now)
        #expect(machine.woke(at: Self.now + .seconds(1)) == [])
        #expect(machine.woke(at: Self.now + Self.patience) == [.deliver(.failed(StreamFault(.stalled(.middle))))])
        #expect(machine.isOver && machine.wakeAt == nil)
    }

    @Test func `what is wrong before it opens is told when it is woken, and who has cancelled hears nothing`() {
        var machine = VoskListening(rate: 8_000, patience: Self.patience)
        machine.willFail(StreamFault(.overloaded))
        #expect(machine.wakeAt == Moment(nanoseconds: 0))
        #expect(machine.woke(at: Self.now) == [.deliver(.failed(StreamFault(.overloaded)))])
        var cancelled = Self.machine()
        cancelled.cancel()
        #expect(cancelled.isOver && cancelled.failed(StreamFault(.refused)) == [] && cancelled.heard([1]) == [])
    }

    @Test(arguments: [
        "", "[]", #"{"text":1}"#, #"{"text":"a","result":[{}]}"#,
        #"{"text":"a","result":[{"word":"a","start":2,"end":1}]}"#,
        #"{"text":"a","result":[{"word":"a","start":-1,"end":1}]}"#,
        #"{"text":"a","result":[{"word":"a","start":1e9,"end":1e9}]}"#,
    ])
    func `what is no answer is a fault`(json: String) {
        #expect(throws: StreamFault(.malformed)) { try VoskText(json) }
    }
}
