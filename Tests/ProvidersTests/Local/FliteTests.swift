import Domain
import Loop
import TestKit
import Testing

@testable import Providers

/// Our own voice, as calls use it. Its statistical voices never say the same twice, so only `kal` is compared by its bytes.
@Suite(.enabled(if: LocalModels.hasFlite, "libflite1 is not installed"), .timeLimit(.minutes(2)))
struct FliteTests {
    private static let text = "Hello Anna, your order 12 costs $5.50, and it comes on Monday."

    /// `@unchecked` holds because a test and what it tries share one loop.
    private struct Scene: @unchecked Sendable {
        let synthesizer: FliteSynthesizer
        let desk: FliteDesk
        let loop: Loop
        let given: Collected<SynthesizerEvent>

        func speak(_ request: SynthesizerRequest = SynthesizerRequest(voice: "kal")) -> any SynthesizerStream {
            synthesizer.speak(request) { given.take($0) }
        }

        func whole(_ text: String, _ request: SynthesizerRequest = SynthesizerRequest(voice: "kal")) async throws
            -> [SynthesizerEvent]
        {
            let collected = Collected<SynthesizerEvent>(loop)
            let stream = synthesizer.speak(request) { collected.take($0) }
            stream.say(text)
            stream.finish()
            try await collected.until("the end") { $0.last.map(\.isEnd) ?? false }
            return collected.events
        }
    }

    private static func with(
        threads: Int = 2, waitingMax: Int = FliteDesk.waitingMax,
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            let desk = try #require(try FliteDesk(.kal, threads: threads, waitingMax: waitingMax))
            try await body(
                Scene(
                    synthesizer: FliteSynthesizer(desk, on: loops.first), desk: desk, loop: loops.first,
                    given: Collected(loops.first)))
        }
    }

    @Test(arguments: LocalSettings.Voice.allCases)
    func `a sentence becomes sound, and its words have their times`(voice: LocalSettings.Voice) async throws {
        try await Self.with { scene in
            let events = try await scene.whole(Self.text, SynthesizerRequest(voice: voice.rawValue))
            #expect(events.last == .done)
            guard case .words(let words) = events.first else {
                Issue.record("the words come first")
                return
            }
            #expect(words.map(\.text.revealed) == Self.text.split(separator: " ").map(String.init))
            #expect(zip(words, words.dropFirst()).allSatisfy { $0.endedAt < $1.endedAt && $0.endedAt == $1.startedAt })
            let length = SoundFormat.telephone.duration(ofBytes: events.audio.count)
            let last = try #require(words.last?.endedAt)
            #expect(length >= last && length - last < 500, "\(length) \(last)")
            #expect(length > 3_000 && length < 12_000)
            // Loud enough to be heard, and not cut off.
            let loudest = events.audio.map { abs(Int(G711.muLaw.decode($0))) }.max() ?? 0
            #expect(loudest > 4_000 && loudest < 32_000)
        }
    }

    @Test func `the sound comes piece by piece, the first long before the last`() async throws {
        try await Self.with { scene in
            let pieces = try await scene.whole(Self.text).compactMap {
                if case .audio(let audio) = $0 { audio } else { nil }
            }
            #expect(pieces.count > 100)
            // Pieces of at least 20 ms and of one pitch period more: so much must be made before anything is heard.
            #expect(pieces[0].count < 480)
            #expect(pieces.allSatisfy { $0.count < 800 })
        }
    }

    @Test func `the same sentence is the same sound, from however many threads`() async throws {
        try await Self.with(threads: 4) { scene in
            let expected = try await scene.whole(Self.text).audio
            let all = (0..<24).map { _ in Collected<SynthesizerEvent>(scene.loop) }
            for given in all {
                let stream = scene.synthesizer.speak(SynthesizerRequest(voice: "kal")) { given.take($0) }
                stream.say(Self.text)
                stream.finish()
            }
            for given in all {
                try await given.until("the end") { $0.last == .done }
                #expect(given.events.audio == expected)
            }
        }
    }

    @Test func `sentences follow each other, in sound and in times`() async throws {
        try await Self.with { scene in
            let (one, two) = ("I have found your order, and it left our house on Monday morning.", "It comes today.")
            let events = try await scene.whole(one + " " + two)
            let (first, second) = (try await scene.whole(one), try await scene.whole(two))
            #expect(events.audio == first.audio + second.audio)
            let offset = SoundFormat.telephone.duration(ofBytes: first.audio.count)
            #expect(events.words.map(\.text.revealed).joined(separator: " ") == "\(one) \(two)")
            #expect(events.words.suffix(3).map(\.endedAt) == second.words.map { $0.endedAt + offset })
        }
    }

    @Test(arguments: [
        SoundFormat(.linear16, rate: 8_000), SoundFormat(.linear16, rate: 16_000),
        SoundFormat(.g711(.aLaw), rate: 8_000),
    ])
    func `whatever the format, it takes as long`(format: SoundFormat) async throws {
        try await Self.with { scene in
            let expected = try await scene.whole(Self.text).audio
            var request = SynthesizerRequest(voice: "kal")
            request.format = format
            let audio = try await scene.whole(Self.text, request).audio
            #expect(format.duration(ofBytes: audio.count) == SoundFormat.telephone.duration(ofBytes: expected.count))
            if format == SoundFormat(.linear16, rate: 8_000) {
                let samples = stride(from: 0, to: audio.count, by: 2).map {
                    Int16(bitPattern: UInt16(audio[$0]) | UInt16(audio[$0 + 1]) << 8)
                }
                #expect(samples.map(G711.muLaw.encode) == expected)
            }
        }
    }

    @Test func `speed is the voice's own times what is asked, within reason`() async throws {
        try await Self.with { scene in
            func length(_ speed: Double) async throws -> Double {
                var request = SynthesizerRequest(voice: "kal")
                request.speed = speed
                return Double(try await scene.whole(Self.text, request).audio.count)
            }
            let (usual, faster) = (try await length(1), try await length(1.3))
            #expect(abs(faster / usual - 1 / 1.3) < 0.05)
            let (fast, tooFast, slow, tooSlow) = (
                try await length(2), try await length(50), try await length(0.5), try await length(0)
            )
            #expect(fast == tooFast && slow == tooSlow && fast < faster && usual < slow)
        }
    }

    @Test func `a voice of a vendor's is our own, and another language is refused`() async throws {
        try await Self.with { scene in
            var request = SynthesizerRequest(voice: "a0e99841-438c-4a64-b679-ae501e7d6091", language: "en-GB")
            let (asked, own) = (try await scene.whole(Self.text, request), try await scene.whole(Self.text))
            #expect(asked.audio == own.audio)
            request.language = "de"
            let refused = try await scene.whole(Self.text, request)
            #expect(refused == [.failed(StreamFault(.refused))])
        }
    }

    @Test(arguments: ["", " ", "… –", "😀"]) func `nothing to say is done at once`(text: String) async throws {
        try await Self.with { scene in
            let stream = scene.speak()
            stream.say(text)
            stream.finish()
            #expect(scene.given.events.isEmpty, "told from within our own call")
            try await scene.given.until("the end") { $0 == [.done] }
        }
    }

    @Test func `cancel is silence from there on`() async throws {
        try await Self.with(threads: 1) { scene in
            let stream = scene.speak(SynthesizerRequest(voice: "rms"))
            stream.say(Self.text)
            stream.finish()
            try await scene.given.until("some sound") { !$0.audio.isEmpty }
            stream.cancel()
            let count = scene.given.events.count
            // The same thread has the next sentence after that one.
            _ = try await scene.whole("Next.")
            #expect(scene.given.events.count == count && !scene.given.events.contains(.done))
        }
    }

    @Test(arguments: LocalSettings.Voice.allCases)
    func `told to stop, it makes not one more piece`(voice: LocalSettings.Voice) {
        for wanted in [0, 1, 3, 10] {
            var pieces = 0
            let outcome = FliteMouth.speak(
                FliteSentence(Self.text), voice, speed: 1, .telephone, unless: { pieces >= wanted }
            ) { said in
                if case .audio = said { pieces += 1 }
            }
            #expect(outcome == .stopped && pieces == wanted)
        }
    }

    @Test func `a desk with all it takes refuses the next sentence`() async throws {
        try await Self.with(threads: 1, waitingMax: 1) { scene in
            let (begun, goOn) = (Signal(), Signal())
            try scene.desk.give {
                begun.raise()
                goOn.wait()
            }
            begun.wait()
            let waits = Collected<SynthesizerEvent>(scene.loop)
            let waiting = scene.synthesizer.speak(SynthesizerRequest(voice: "kal")) { waits.take($0) }
            waiting.say("I wait.")
            waiting.finish()
            let refused = scene.speak()
            refused.say("I do not.")
            refused.finish()
            try await scene.given.until("the refusal") { $0 == [.failed(StreamFault(.overloaded))] }
            goOn.raise()
            try await waits.until("the end") { $0.last == .done }
        }
    }

    @Test func `more than may wait of one utterance is a flood`() async throws {
        try await Self.with(threads: 1) { scene in
            let stream = scene.speak()
            let sentence = "This is a sentence that is just long enough to be said on its own. "
            stream.say(String(repeating: sentence, count: FliteStream.waitingMax + 3))
            try await scene.given.until("the end") { $0.last == .failed(StreamFault(.flooded)) }
            #expect(scene.given.events.count == 1)
        }
    }

    @Test func `a transition that a voice has no sound for is counted by us, and not written out by Flite`() {
        let before = FliteDesk.missingSounds
        let outcome = FliteMouth.speak(
            FliteSentence("ynek wyuyns yeka jyrbkb roku"), .kal, speed: 2, .telephone, unless: { false }
        ) { _ in }
        #expect(outcome == .spoken && FliteDesk.missingSounds > before)
    }

    /// Flite ends the whole process where it finds a mistake of its own, so what it is given must never lead there.
    @Test func `whatever a model writes can be said`() {
        var random = Seeded(12)
        let letters = Array(
            " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?'\"()[]{}<>$%&/\\=+-*#@~_|^`éß€–…😀\n\t\u{0}"
        )
        var spoken = 0
        for _ in 0..<150 {
            let text = String(
                (0..<Int.random(in: 1...120, using: &random)).map { _ in letters.randomElement(using: &random) ?? " " })
            let outcome = FliteMouth.speak(FliteSentence(text), .kal, speed: 2, .telephone, unless: { false }) { _ in }
            #expect(outcome == .spoken)
            spoken += 1
        }
        #expect(spoken == 150)
    }
}

extension SynthesizerEvent {
    var isEnd: Bool {
        switch self {
        case .done, .failed: true
        case .audio, .words, .switched: false
        }
    }
}
