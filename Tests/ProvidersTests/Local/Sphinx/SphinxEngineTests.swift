import Domain
import Loop
import TestKit
import Testing

@testable import Providers

/// The recognizer with its real library and models, on speech that flite makes.
@Suite(.timeLimit(.minutes(3)), .serialized) struct SphinxEngineTests {
    static let phrases = [
        "hello I would like to know where my card is", "I lost my credit card yesterday",
        "can I speak to a human please", "what is the balance of my account", "I want to change my delivery address",
        "my order has not arrived yet", "how long does it take to get a refund", "please cancel my subscription",
        "I need help with my password", "when will my package be delivered",
        "how much does it cost to send money abroad", "could you transfer me to the billing department",
        "I would like to book an appointment for Tuesday", "thank you very much goodbye",
    ]

    /// `@unchecked` holds because a test and what it tries share one loop.
    private struct Scene: @unchecked Sendable {
        let loop: Loop
        let pool: SphinxPool
        let recognizer: SphinxRecognizer
        let folder: TemporaryFolder

        /// What is delivered for a phrase, up to the end of its turn.
        func hear(_ phrase: String, by voice: FliteVoice, _ speech: ExpectedSpeech) async throws -> [RecognizerEvent] {
            let (audio, format) = try await voice.say(phrase, in: folder, on: loop)
            let heard = Collected<RecognizerEvent>(loop)
            var request = RecognizerRequest(format: format)
            (request.phrases, request.pronunciations) = (speech.phrases, speech.pronunciations)
            let stream = recognizer.listen(request) { heard.take($0) }
            let frame = format.bytes(in: 20)
            for start in stride(from: 0, to: audio.count, by: frame) {
                stream.hear(audio[start..<min(start + frame, audio.count)].span)
            }
            stream.endTurn()
            try await loop.until("the end of the turn", within: .seconds(60)) {
                heard.events.contains { if case .endOfTurn = $0 { true } else { $0.isFailure } }
            }
            stream.cancel()
            return heard.events
        }
    }

    private static func with(
        _ change: (inout SphinxSettings) -> Void = { _ in }, _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        var settings = SphinxSettings()
        settings.patience = .seconds(60)
        change(&settings)
        #expect(settings.missing == nil)
        let pool = try SphinxPool(settings)
        try await TemporaryFolder.with { folder in
            try await Loops.with { loops in
                let recognizer = SphinxRecognizer(pool, on: loops.first)
                try await body(Scene(loop: loops.first, pool: pool, recognizer: recognizer, folder: folder))
            }
        }
    }

    @Test(arguments: FliteVoice.allCases)
    func `what an agent expects is understood word for word`(_ voice: FliteVoice) async throws {
        try await Self.with { scene in
            for phrase in Self.phrases {
                let events = try await scene.hear(phrase, by: voice, ExpectedSpeech(phrases: Self.phrases))
                #expect(events.settledText == phrase)
                #expect(events.first == .opened)
            }
        }
    }

    @Test func `words stand where they were said`() async throws {
        try await Self.with { scene in
            let events = try await scene.hear(
                "what is the balance of my account", by: .kal, ExpectedSpeech(phrases: Self.phrases))
            let words = events.flatMap { if case .settled(let text) = $0 { text.words } else { [Word]() } }
            #expect(words.map(\.text.revealed) == ["what", "is", "the", "balance", "of", "my", "account"])
            // Half a second of silence is before the first.
            #expect(words.first.map { $0.startedAt >= 300 && $0.startedAt < 1_000 } == true)
            #expect(zip(words, words.dropFirst()).allSatisfy { $0.endedAt <= $1.startedAt })
        }
    }

    @Test func `a word without a dictionary is heard by its sounds`() async throws {
        try await Self.with { scene in
            let speech = ExpectedSpeech(
                phrases: ["hola", "espera una duda", "where is my card"],
                pronunciations: ["espera": "eh s p eh r ah"])
            for phrase in ["espera una duda", "hola"] {
                let events = try await scene.hear(phrase, by: .kal, speech)
                #expect(events.settledText == phrase)
            }
        }
    }

    @Test func `what was not expected is not taken for a phrase that was`() async throws {
        try await Self.with { scene in
            let events = try await scene.hear(
                "my card is here", by: .kal,
                ExpectedSpeech(phrases: ["where is my card", "I lost my credit card yesterday"]))
            let confidences = events.compactMap { event -> Fraction? in
                if case .settled(let text) = event { text.confidence } else { nil }
            }
            #expect(confidences == [SphinxDecoder.alone])
        }
    }

    @Test func `an utterance that finds all threads busy is refused, and says so`() async throws {
        try await Self.with {
            $0.lanes = 1
            $0.waitingMax = 1
        } _: { scene in
            let (audio, format) = try await FliteVoice.kal.say(Self.phrases[0], in: scene.folder, on: scene.loop)
            let heard = (0..<6).map { _ in Collected<RecognizerEvent>(scene.loop) }
            var request = RecognizerRequest(format: format)
            request.phrases = Self.phrases
            let streams = heard.map { heard in scene.recognizer.listen(request) { heard.take($0) } }
            for stream in streams {
                stream.hear(audio.span)
                stream.endTurn()
            }
            try await scene.loop.until("an end for all", within: .seconds(60)) {
                heard.allSatisfy { heard in
                    heard.events.contains { if case .endOfTurn = $0 { true } else { $0.isFailure } }
                }
            }
            let faults = heard.compactMap { $0.events.fault?.cause }
            #expect(!faults.isEmpty)
            #expect(faults.allSatisfy { $0 == .overloaded })
            for stream in streams { stream.cancel() }
        }
    }

    @Test func `a thread keeps only so many decoders`() async throws {
        try await Self.with {
            $0.lanes = 1
            $0.decodersMax = 2
        } _: { scene in
            for card in ["gold", "silver", "blue", "gold"] {
                let phrase = "i lost my \(card) card"
                let events = try await scene.hear(phrase, by: .kal, ExpectedSpeech(phrases: [phrase]))
                #expect(events.settledText == phrase)
                #expect(scene.pool.decoders <= 2)
            }
        }
    }

    @Test func `where the models are missing it says what to install`() {
        var settings = SphinxSettings()
        settings.folder = "/nowhere"
        #expect(settings.missing == .models)
    }
}

extension RecognizerEvent {
    var isFailure: Bool { if case .failed = self { true } else { false } }
}
