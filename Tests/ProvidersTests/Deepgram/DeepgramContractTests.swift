import Domain
import Loop
import Service
import Simulators
import TestKit
import Testing
import Wire

@testable import Providers

/// The adapter against Deepgram's protocol over real sockets.
@Suite(.timeLimit(.minutes(2))) struct DeepgramContractTests {
    /// `@unchecked` holds because a test and what it tries share one loop.
    private struct Scene: @unchecked Sendable {
        let simulator: DeepgramSimulator
        let recognizer: DeepgramRecognizer
        let loop: Loop
        let heard: Collected<RecognizerEvent>

        func listen(_ format: SoundFormat = .telephone) -> any RecognizerStream {
            recognizer.listen(RecognizerRequest(format: format)) { heard.take($0) }
        }
    }

    private static func with(
        _ trouble: SimulatedTrouble = .none, simulated: DeepgramSimulator.Settings = .init(), key: String = "right",
        change: @escaping @Sendable (inout DeepgramSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            let simulator = DeepgramSimulator(key: "right", simulated)
            simulator.stage.plan(trouble)
            try await SimulatedWorld.with(on: loops.first, deepgram: simulator) { world in
                var settings = DeepgramSettings(url: world.webSocketURL, key: Service.Secret(key))
                settings.deadlines.opening = .seconds(20)
                settings.deadlines.beginning = .seconds(20)
                settings.deadlines.middle = .seconds(20)
                change(&settings)
                let recognizer = DeepgramRecognizer(settings, on: loops.first)
                defer { recognizer.close() }
                try await body(
                    Scene(
                        simulator: simulator, recognizer: recognizer, loop: loops.first,
                        heard: Collected(loops.first)))
            }
        }
    }

    @Test(arguments: [
        SoundFormat.telephone, SoundFormat(.g711(.aLaw), rate: 8_000), SoundFormat(.linear16, rate: 16_000),
    ])
    func `words are heard, settle with their times, and a pause ends the turn`(_ format: SoundFormat) async throws {
        try await Self.with { scene in
            let stream = scene.listen(format)
            CallerVoice("Where is my card?", pause: 400, format: format).speak(to: stream)
            try await scene.heard.until("the end of the turn") { $0.contains(.endOfTurn(.pause)) }
            let events = scene.heard.events
            #expect(events.first == .opened)
            #expect(events.settledText == "Where is my card?")
            #expect(events.contains { if case .speechStarted = $0 { true } else { false } })
            let interims = events.compactMap { event in
                if case .interim(let transcript) = event { transcript.text.revealed } else { nil }
            }
            #expect(interims == ["Where", "Where is", "Where is my", "Where is my card?"])
            let words = events.flatMap { if case .settled(let transcript) = $0 { transcript.words } else { [Word]() } }
            let said = WordTones(rate: format.rate).speak("Where is my card?").words
            #expect(words.map(\.text) == said.map(\.text))
            for (word, expected) in zip(words, said) {
                #expect(abs(word.startedAt.count - expected.startedAt.count) <= 2)
                #expect(word.confidence?.value == 0.99)
            }
            stream.finish()
            try await scene.heard.until("the end") { $0.last == .ended }
        }
    }

    @Test func `audio that does not arrive is not transcribed`() async throws {
        try await Self.with { scene in
            let stream = scene.listen()
            let words = WordTones().speak("alpha beta gamma").words
            let lost = Int(words[1].startedAt.count / 20)...Int(words[1].endedAt.count / 20)
            for (index, frame) in CallerVoice("alpha beta gamma", pause: 400).frames.enumerated()
            where !lost.contains(index) { stream.hear(frame.span) }
            try await scene.heard.until("the end of the turn") { $0.contains(.endOfTurn(.pause)) }
            #expect(scene.heard.events.settledText == "alpha gamma")
            stream.cancel()
        }
    }

    @Test func `our own end of a turn is answered with what was understood`() async throws {
        try await Self.with(change: { $0.finalizePatience = .seconds(20) }) { scene in
            let stream = scene.listen()
            CallerVoice("yes please").speak(to: stream)
            stream.endTurn()
            try await scene.heard.until("the end of the turn") { $0.contains(.endOfTurn(.asked)) }
            #expect(scene.heard.events.settledText == "yes please")
            stream.cancel()
        }
    }

    @Test func `a slow handshake and a slow first word are waited for, and audio meanwhile is kept`() async throws {
        for trouble in [SimulatedTrouble.slowOpening(.milliseconds(30)), .slowBeginning(.milliseconds(30))] {
            try await Self.with(trouble) { scene in
                let stream = scene.listen()
                CallerVoice("hello there", pause: 400).speak(to: stream)
                stream.finish()
                try await scene.heard.until("the end") { $0.last == .ended }
                #expect(scene.heard.events.settledText == "hello there")
            }
        }
    }

    @Test func `after cancel nothing is delivered and the connection goes`() async throws {
        try await Self.with { scene in
            let stream = scene.listen()
            CallerVoice("one two").speak(to: stream)
            try await scene.heard.until("a word") { $0.contains { if case .interim = $0 { true } else { false } } }
            stream.cancel()
            let count = scene.heard.events.count
            CallerVoice("three four", pause: 500).speak(to: stream)
            stream.endTurn()
            stream.finish()
            try await scene.loop.until("the socket's end") { scene.simulator.stage.seen.ended == 1 }
            #expect(scene.heard.events.count == count)
        }
    }

    @Test(arguments: [
        (UInt16(400), nil, StreamFault.Cause.refused), (401, nil, .unauthorized), (402, nil, .unpaid),
        (403, nil, .unauthorized), (429, nil, .rateLimited(retryAfter: nil)),
        (429, "7", .rateLimited(retryAfter: .seconds(7))), (429, "1e9", .rateLimited(retryAfter: RetryAfter.max)),
        (500, nil, .overloaded), (503, nil, .overloaded),
    ])
    func `a refused handshake is told by its status, and says when to come again`(
        _ status: UInt16, _ retryAfter: String?, _ cause: StreamFault.Cause
    ) async throws {
        try await Self.with(.refused(status: status, retryAfter: retryAfter)) { scene in
            _ = scene.listen()
            try await scene.heard.until("the fault") { $0.fault != nil }
            #expect(scene.heard.events == [.failed(StreamFault(cause, status: Int(status)))])
        }
    }

    @Test func `who wants to be left alone is, for as long as it said`() async throws {
        try await Self.with(.refused(status: 429, retryAfter: "7")) { scene in
            _ = scene.listen()
            try await scene.heard.until("the fault") { $0.fault != nil }
            let fault = try #require(scene.heard.events.fault)
            var chain = ProviderChain(["deepgram", "another"])
            let now = Moment.now
            #expect(chain.choose(except: [], at: now) == 0)
            chain.failed(0, fault, at: now)
            #expect(chain.choose(except: [], at: now + .milliseconds(6_999)) == 1)
            #expect(chain.choose(except: [], at: now + .seconds(7)) == 0)
        }
    }

    @Test func `words of every language come as they were said`() async throws {
        try await Self.with { scene in
            let stream = scene.listen()
            CallerVoice("Grüß Gott, Zoë 👋🏽 こんにちは", pause: 400).speak(to: stream)
            try await scene.heard.until("the end of the turn") { $0.contains(.endOfTurn(.pause)) }
            #expect(scene.heard.events.settledText == "Grüß Gott, Zoë 👋🏽 こんにちは")
            stream.cancel()
        }
    }

    @Test func `a wrong key is unauthorized`() async throws {
        try await Self.with(key: "wrong") { scene in
            _ = scene.listen()
            try await scene.heard.until("the fault") { $0.fault != nil }
            #expect(scene.heard.events.fault == StreamFault(.unauthorized, status: 401))
            #expect(scene.simulator.stage.seen.refused == 1)
        }
    }

    @Test func `nobody there is unreachable`() async throws {
        try await Self.with(change: { $0.url = "ws://127.0.0.1:1" }) { scene in
            _ = scene.listen()
            try await scene.heard.until("the fault") { $0.fault != nil }
            #expect(scene.heard.events.fault == StreamFault(.unreachable))
        }
    }

    @Test func `a handshake, a first word or a next one that does not come is a stall`() async throws {
        let cases: [(SimulatedTrouble, StreamFault.Phase)] = [
            (.slowOpening(.seconds(60)), .opening), (.stalls(after: 0), .beginning),
            (.stalls(after: 2), .middle),
        ]
        for (trouble, phase) in cases {
            try await Self.with(
                trouble,
                change: { settings in
                    switch phase {
                    case .opening: settings.deadlines.opening = .milliseconds(50)
                    case .beginning: settings.deadlines.beginning = .milliseconds(50)
                    case .middle: settings.deadlines.middle = .milliseconds(50)
                    }
                }
            ) { scene in
                let stream = scene.listen()
                CallerVoice("one two three", pause: 400).speak(to: stream)
                if phase == .middle {
                    try await scene.heard.until("what comes") { $0.count >= 3 }
                    CallerVoice("four").speak(to: stream)
                }
                try await scene.heard.until("the fault") { $0.fault != nil }
                #expect(scene.heard.events.fault == StreamFault(.stalled(phase)))
                try await scene.loop.until("the connection's end") {
                    phase == .opening || scene.simulator.stage.seen.ended == 1
                }
            }
        }
    }

    @Test(arguments: [
        (SimulatedTrouble.disconnects(after: 2), StreamFault.Cause.disconnected), (.malformed(after: 2), .malformed),
        (.fails(after: 2, status: 500), .refused),
    ])
    func `what breaks in the middle has a name`(_ trouble: SimulatedTrouble, _ cause: StreamFault.Cause) async throws {
        try await Self.with(trouble) { scene in
            let stream = scene.listen()
            CallerVoice("one two three four", pause: 400).speak(to: stream)
            try await scene.heard.until("the fault") { $0.fault != nil }
            #expect(scene.heard.events.fault == StreamFault(cause))
            #expect(scene.heard.events.last == .failed(StreamFault(cause)))
        }
    }

    @Test func `signs of life keep a quiet stream open`() async throws {
        var simulated = DeepgramSimulator.Settings()
        simulated.idleMax = .seconds(5)
        try await Self.with(simulated: simulated, change: { $0.keepAlive = .milliseconds(5) }) { scene in
            let stream = scene.listen()
            try await scene.loop.until("three signs") { scene.simulator.stage.seen.documents.count >= 3 }
            #expect(scene.simulator.stage.seen.documents.allSatisfy { $0["type"]?.text == "KeepAlive" })
            stream.cancel()
        }
    }

    @Test func `a stream closed because it was quiet is disconnected`() async throws {
        var simulated = DeepgramSimulator.Settings()
        simulated.idleMax = .milliseconds(10)
        try await Self.with(simulated: simulated) { scene in
            _ = scene.listen()
            try await scene.heard.until("the fault") { $0.fault != nil }
            #expect(scene.heard.events.fault == StreamFault(.disconnected))
        }
    }

    @Test func `a socket opened beforehand is used`() async throws {
        try await Self.with { scene in
            scene.recognizer.warm(RecognizerRequest())
            try await scene.loop.until("a warm socket") { scene.recognizer.sockets.count == 1 }
            let stream = scene.listen()
            CallerVoice("hello", pause: 400).speak(to: stream)
            try await scene.heard.until("the words") { $0.settledText == "hello" }
            #expect(scene.recognizer.sockets.warmTaken == 1)
            #expect(scene.simulator.stage.seen.connections == 1)
            stream.cancel()
        }
    }

    @Test func `audio waits for the connection up to a limit`() async throws {
        try await Self.with(.slowOpening(.seconds(60)), change: { $0.waitingMax = 100 }) { scene in
            let stream = scene.listen()
            for _ in 0..<5 { stream.hear([UInt8](repeating: 255, count: 160).span) }
            #expect(scene.heard.events.isEmpty)
            stream.hear([255].span)
            try await scene.heard.until("the fault") { $0.fault != nil }
            #expect(scene.heard.events == [.failed(StreamFault(.flooded))])
        }
    }
}
