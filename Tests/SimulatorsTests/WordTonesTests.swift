import Domain
import Testing

@testable import Simulators

/// Words survive the sound they are made into, and nothing else comes out of it.
struct WordTonesTests {
    private static let sentence = "Hello, ich möchte 3 Karten für Zoë — 谢谢 bitte."

    private static func heard(_ samples: [Int16], rate: Int = 8_000, pieces: Int = 160) -> [Word] {
        var ear = WordEar(rate: rate)
        var words: [Word] = []
        var start = 0
        while start < samples.count {
            let end = min(start + pieces, samples.count)
            for case .word(let word) in ear.hear(Array(samples[start..<end])) { words.append(word) }
            start = end
        }
        return words
    }

    private static func texts(_ words: [Word]) -> String { words.map(\.text.revealed).joined(separator: " ") }

    @Test(arguments: [8_000, 16_000, 24_000])
    func `what is spoken is heard at every rate, word for word`(_ rate: Int) {
        let (samples, words) = WordTones(rate: rate).speak(Self.sentence)
        let heard = Self.heard(samples, rate: rate)
        #expect(Self.texts(heard) == Self.sentence)
        for (said, understood) in zip(words, heard) {
            #expect(abs(said.startedAt.count - understood.startedAt.count) <= 2)
            #expect(abs(said.endedAt.count - understood.endedAt.count) <= 2)
        }
    }

    @Test(arguments: [G711.muLaw, .aLaw])
    func `the telephone's coding does it no harm`(_ law: G711) {
        let samples = WordTones().speak(Self.sentence).samples.map { law.decode(law.encode($0)) }
        #expect(Self.texts(Self.heard(samples)) == Self.sentence)
    }

    @Test func `pieces of any size and a start at any sample make no difference`() {
        let samples = WordTones().speak("one two three").samples
        for pieces in [1, 161, 4_000] {
            #expect(Self.texts(Self.heard(samples, pieces: pieces)) == "one two three")
        }
        for silence in stride(from: 0, to: 80, by: 11) {
            let late = [Int16](repeating: 0, count: silence) + samples
            #expect(Self.texts(Self.heard(late)) == "one two three", "after \(silence) samples")
        }
    }

    @Test func `noise, and half the loudness, are borne`() {
        var seed: UInt64 = 7
        let samples = WordTones().speak(Self.sentence).samples.map { sample -> Int16 in
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return sample / 2 + Int16(truncatingIfNeeded: Int(seed >> 33 % 800) - 400)
        }
        #expect(Self.texts(Self.heard(samples)) == Self.sentence)
    }

    @Test func `a lost frame takes its word with it and no other`() {
        let (samples, words) = WordTones().speak("alpha beta gamma delta")
        let middle = Int((words[1].startedAt.count + words[1].endedAt.count) / 2) * 8
        let cut = Array(samples[..<middle] + samples[(middle + 160)...])
        #expect(Self.texts(Self.heard(cut)) == "alpha gamma delta")
    }

    @Test func `silence, noise and a plain tone say nothing`() {
        var ear = WordEar()
        #expect(ear.hear([Int16](repeating: 0, count: 8_000)).isEmpty)
        #expect(ear.quietFor == 1_000)
        let tone = Oscillator(frequency: 1_000, rate: 8_000)
        let heard = ear.hear((0..<8_000).map { Int16(8_000 * tone.sine($0)) })
        #expect(heard == [.began(at: 1_000)])
        #expect(ear.quietFor == 0)
    }

    @Test func `a pause is measured from the last loud moment`() {
        var ear = WordEar()
        let (samples, words) = WordTones().speak("stop")
        _ = ear.hear(samples + [Int16](repeating: 0, count: 4_000))
        #expect(ear.quietFor.count == ear.heardUpTo.count - words[0].endedAt.count)
    }
}
