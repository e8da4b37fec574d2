import Domain
import HTTP
import Loop
import Simulators
import Synchronization
import TestKit
import Testing

@testable import Providers

/// What the caller notices when a provider fails in the middle: nothing.
@Suite(.timeLimit(.minutes(2))) struct ChainContractTests {
    private static let sentence = "I would like to know where my new card is please"

    private static func with(_ body: @escaping @Sendable (SimulatedWorld, SimulatedWorld, Loop) async throws -> Void)
        async throws
    {
        try await Loops.with { loops in
            try await SimulatedWorld.with(on: loops.first) { first in
                try await SimulatedWorld.with(on: loops.first) { second in try await body(first, second, loops.first) }
            }
        }
    }

    private static func recognizers(_ worlds: [SimulatedWorld], _ loop: Loop) -> [any Recognizer] {
        worlds.map { world in
            var settings = DeepgramSettings(url: world.webSocketURL, key: nil)
            settings.deadlines.opening = .seconds(20)
            settings.deadlines.beginning = .seconds(20)
            settings.deadlines.middle = .milliseconds(100)
            return DeepgramRecognizer(settings, on: loop)
        }
    }

    @Test(arguments: [
        SimulatedTrouble.refused(status: 500), .disconnects(after: 0), .disconnects(after: 4), .stalls(after: 3),
        .malformed(after: 5), .fails(after: 2, status: 500),
    ])
    func `another recognizer hears the turn from its beginning`(_ trouble: SimulatedTrouble) async throws {
        try await Self.with { first, second, loop in
            first.deepgram.stage.plan(trouble)
            let priority = ProviderPriority(ProviderChain(["a", "b"]))
            let chain = RecognizerChain(Self.recognizers([first, second], loop), priority, on: loop)
            let heard = Collected<RecognizerEvent>(loop)
            let stream = chain.listen(RecognizerRequest()) { heard.take($0) }
            // Most of it now and the rest once the other one listens, as a caller goes on speaking.
            let frames = CallerVoice(Self.sentence, pause: 400).frames
            let cut = frames.count * 3 / 4
            for frame in frames.prefix(cut) { stream.hear(frame.span) }
            try await heard.until("the switch") { $0.contains { if case .switched = $0 { true } else { false } } }
            for frame in frames.suffix(from: cut) { stream.hear(frame.span) }
            try await heard.until("the end of the turn") { $0.contains(.endOfTurn(.pause)) }
            #expect(heard.events.settledText == Self.sentence)
            #expect(heard.events.fault == nil)
            #expect(heard.events.count { $0 == .opened } == 1)
            let words = heard.events.flatMap { if case .settled(let part) = $0 { part.words } else { [Word]() } }
            let said = WordTones().speak(Self.sentence).words
            for (word, expected) in zip(words, said) {
                #expect(abs(word.startedAt.count - expected.startedAt.count) <= 2)
            }
            stream.cancel()
        }
    }

    @Test func `settled words are not heard twice, and times go on`() async throws {
        try await Self.with { first, second, loop in
            let priority = ProviderPriority(ProviderChain(["a", "b"]))
            let chain = RecognizerChain(Self.recognizers([first, second], loop), priority, on: loop)
            // Three words, each with an interim, and the settled text: then it goes.
            first.deepgram.stage.plan(.disconnects(after: 5))
            let heard = Collected<RecognizerEvent>(loop)
            let stream = chain.listen(RecognizerRequest()) { heard.take($0) }
            CallerVoice("one two three", pause: 400).speak(to: stream)
            try await heard.until("the first turn") { $0.contains(.endOfTurn(.pause)) }
            CallerVoice("four five", pause: 400).speak(to: stream)
            try await heard.until("the second turn") { $0.count { $0 == .endOfTurn(.pause) } == 2 }
            #expect(heard.events.settledText == "one two three four five")
            let words = heard.events.flatMap { if case .settled(let part) = $0 { part.words } else { [Word]() } }
            #expect(zip(words, words.dropFirst()).allSatisfy { $0.endedAt < $1.startedAt })
            #expect(second.deepgram.stage.seen.connections == 1)
            stream.cancel()
        }
    }

    @Test func `when all fail the last fault is told, and then nobody is asked for a while`() async throws {
        try await Self.with { first, second, loop in
            let happenings = Mutex<[ProviderPriority.Happening]>([])
            let priority = ProviderPriority(ProviderChain(["a", "b"])) { new in happenings.withLock { $0.append(new) } }
            let chain = RecognizerChain(Self.recognizers([first, second], loop), priority, on: loop)
            for world in [first, second] { world.deepgram.stage.plan(.refused(status: 401)) }
            let heard = Collected<RecognizerEvent>(loop)
            _ = chain.listen(RecognizerRequest()) { heard.take($0) }
            try await heard.until("the fault") { $0.fault != nil }
            let fault = StreamFault(.unauthorized, status: 401)
            #expect(heard.events.last == .failed(fault))
            #expect(happenings.withLock { $0 } == [.failed("a", fault), .failed("b", fault)])
            let next = Collected<RecognizerEvent>(loop)
            _ = chain.listen(RecognizerRequest()) { next.take($0) }
            #expect(next.events.isEmpty)
            try await next.until("the fault") { $0 == [.failed(StreamFault(.circuitOpen))] }
            #expect(first.deepgram.stage.seen.connections == 1)
        }
    }

    @Test(arguments: [
        SimulatedTrouble.refused(status: 500), .disconnects(after: 1), .disconnects(after: 14), .stalls(after: 9),
        .fails(after: 6, status: 500),
    ])
    func `another voice says what is left, and no word twice`(_ trouble: SimulatedTrouble) async throws {
        try await Self.with { first, second, loop in
            first.cartesia.stage.plan(trouble)
            let synthesizers: [any Synthesizer] = [first, second].map { world in
                var settings = CartesiaSettings(url: world.webSocketURL, key: nil)
                settings.deadlines.opening = .seconds(20)
                settings.deadlines.beginning = .seconds(20)
                settings.deadlines.middle = .milliseconds(100)
                return CartesiaSynthesizer(settings, on: loop)
            }
            let chain = SynthesizerChain(synthesizers, ProviderPriority(ProviderChain(["a", "b"])), on: loop)
            let given = Collected<SynthesizerEvent>(loop)
            let stream = chain.speak(SynthesizerRequest(voice: "v")) { given.take($0) }
            stream.say(Self.sentence)
            stream.finish()
            try await given.until("the end") { $0.last == .done }
            #expect(given.events.audio.spoken(.telephone) == Self.sentence)
            #expect(given.events.contains { if case .switched = $0 { true } else { false } })
        }
    }

    @Test func `another model answers while nothing was said, and none after that`() async throws {
        try await Self.with { first, second, loop in
            let client = HTTPClient(loop: loop)
            defer { client.shutdown() }
            let thinkers: [any Thinker] = [first, second].map { world in
                ChatThinker(ChatSettings(url: world.chatURL, key: nil, model: "m"), client)
            }
            let chain = ThinkerChain(thinkers, ProviderPriority(ProviderChain(["a", "b"])), on: loop)
            first.chat.stage.plan(.refused(status: 503), .disconnects(after: 4))
            let request = ThinkerRequest(messages: [.caller(Private("hello there"))])
            let said = Collected<ThinkerEvent>(loop)
            _ = chain.think(request) { said.take($0) }
            try await said.until("the end") { $0.last == .finished(.stop) }
            #expect(said.events.text == "I heard: hello there")
            let broken = Collected<ThinkerEvent>(loop)
            _ = chain.think(request) { broken.take($0) }
            try await broken.until("the fault") { $0.fault != nil }
            #expect(broken.events.text.count == 12)
            #expect(broken.events.last == .failed(StreamFault(.disconnected)))
            #expect(second.chat.stage.seen.connections == 1)
        }
    }
}
