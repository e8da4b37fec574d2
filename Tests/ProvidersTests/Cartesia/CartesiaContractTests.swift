import Domain
import Loop
import Service
import Simulators
import TestKit
import Testing
import Wire

@testable import Providers

/// The adapter against Cartesia's protocol over real sockets.
@Suite(.timeLimit(.minutes(2))) struct CartesiaContractTests {
    /// `@unchecked` holds because a test and what it tries share one loop.
    private struct Scene: @unchecked Sendable {
        let simulator: CartesiaSimulator
        let synthesizer: CartesiaSynthesizer
        let loop: Loop
        let given: Collected<SynthesizerEvent>

        func speak(_ format: SoundFormat = .telephone) -> any SynthesizerStream {
            synthesizer.speak(SynthesizerRequest(format: format, voice: "v")) { given.take($0) }
        }
    }

    private static func with(
        _ trouble: SimulatedTrouble = .none, simulated: CartesiaSimulator.Settings = .init(), key: String = "right",
        change: @escaping @Sendable (inout CartesiaSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            let simulator = CartesiaSimulator(key: "right", simulated)
            simulator.stage.plan(trouble)
            try await SimulatedWorld.with(on: loops.first, cartesia: simulator) { world in
                var settings = CartesiaSettings(url: world.webSocketURL, key: Service.Secret(key))
                settings.deadlines.opening = .seconds(20)
                settings.deadlines.beginning = .seconds(20)
                settings.deadlines.middle = .seconds(20)
                change(&settings)
                let synthesizer = CartesiaSynthesizer(settings, on: loops.first)
                defer { synthesizer.close() }
                try await body(
                    Scene(
                        simulator: simulator, synthesizer: synthesizer, loop: loops.first,
                        given: Collected(loops.first)))
            }
        }
    }

    @Test(arguments: [
        SoundFormat.telephone, SoundFormat(.g711(.aLaw), rate: 8_000), SoundFormat(.linear16, rate: 24_000),
    ])
    func `sentences become sound that says them, and words have their times`(_ format: SoundFormat) async throws {
        try await Self.with { scene in
            let stream = scene.speak(format)
            stream.say("Grüß Gott, Zoë. ")
            stream.say("Your card comes on Monday.")
            stream.finish()
            try await scene.given.until("the end") { $0.last == .done }
            let text = "Grüß Gott, Zoë. Your card comes on Monday."
            let audio = scene.given.events.audio
            #expect(audio.spoken(format) == text)
            let words = scene.given.events.words
            #expect(words.map(\.text.revealed).joined(separator: " ") == text)
            let said = WordTones(rate: format.rate).speak(text)
            #expect(words.map(\.startedAt) == said.words.map(\.startedAt))
            #expect(format.duration(ofBytes: audio.count) == format.duration(ofBytes: format.bytes(said.samples.count)))
        }
    }

    @Test func `utterances on one socket do not mix`() async throws {
        try await Self.with { scene in
            let texts = (0..<20).map { "utterance number \($0)" }
            let all = texts.map { _ in Collected<SynthesizerEvent>(scene.loop) }
            for (text, given) in zip(texts, all) {
                let stream = scene.synthesizer.speak(SynthesizerRequest(voice: "v")) { given.take($0) }
                stream.say(text)
                stream.finish()
            }
            for (text, given) in zip(texts, all) {
                try await given.until("the end") { $0.last == .done }
                #expect(given.events.audio.spoken(.telephone) == text)
            }
            #expect(scene.simulator.stage.seen.connections == 1)
            #expect(scene.synthesizer.connections == 1)
        }
    }

    @Test func `cancel stops one utterance, tells the provider, and leaves the others alone`() async throws {
        var simulated = CartesiaSimulator.Settings()
        simulated.pace = .milliseconds(1)
        simulated.chunk = 20
        try await Self.with(simulated: simulated) { scene in
            let other = Collected<SynthesizerEvent>(scene.loop)
            let stream = scene.speak()
            stream.say("a long sentence that nobody will hear to its very end because somebody interrupts")
            let second = scene.synthesizer.speak(SynthesizerRequest(voice: "v")) { other.take($0) }
            second.say("go on")
            second.finish()
            try await scene.given.until("some audio") { !$0.audio.isEmpty }
            stream.cancel()
            let count = scene.given.events.count
            try await other.until("the end") { $0.last == .done }
            #expect(scene.given.events.count == count)
            #expect(other.events.audio.spoken(.telephone) == "go on")
            #expect(scene.simulator.stage.seen.documents.count { $0["cancel"] == .bool(true) } == 1)
        }
    }

    @Test(arguments: [SimulatedTrouble.slowOpening(.milliseconds(30)), .slowBeginning(.milliseconds(30))])
    func `a slow handshake and a slow first sound are waited for, and text meanwhile is kept`(
        _ trouble: SimulatedTrouble
    ) async throws {
        try await Self.with(trouble) { scene in
            let stream = scene.speak()
            stream.say("hello there")
            stream.finish()
            try await scene.given.until("the end") { $0.last == .done }
            #expect(scene.given.events.audio.spoken(.telephone) == "hello there")
        }
    }

    @Test func `a wrong key is unauthorized`() async throws {
        try await Self.with(key: "wrong") { scene in
            scene.speak().say("hello")
            try await scene.given.until("the fault") { $0.fault != nil }
            #expect(scene.given.events.fault == StreamFault(.unauthorized, status: 401))
            #expect(scene.simulator.stage.seen.refused == 1)
        }
    }

    @Test func `an utterance without a word is done without asking anybody`() async throws {
        try await Self.with { scene in
            let stream = scene.speak()
            stream.say("")
            stream.finish()
            #expect(scene.given.events.isEmpty)
            try await scene.given.until("the end") { $0 == [.done] }
            #expect(scene.simulator.stage.seen.messagesIn == 0)
        }
    }

    @Test(arguments: [
        (UInt16(401), nil, StreamFault.Cause.unauthorized), (402, nil, .unpaid),
        (429, nil, .rateLimited(retryAfter: nil)), (429, "7", .rateLimited(retryAfter: .seconds(7))),
        (429, "0.25", .rateLimited(retryAfter: .milliseconds(250))),
        (429, "1e9", .rateLimited(retryAfter: RetryAfter.max)), (500, nil, .overloaded),
    ])
    func `a refused handshake is told by its status, and says when to come again`(
        _ status: UInt16, _ retryAfter: String?, _ cause: StreamFault.Cause
    ) async throws {
        try await Self.with(.refused(status: status, retryAfter: retryAfter)) { scene in
            scene.speak().say("hello")
            try await scene.given.until("the fault") { $0.fault != nil }
            #expect(scene.given.events == [.failed(StreamFault(cause, status: Int(status)))])
        }
    }

    @Test func `after a broken socket the next utterance gets a new one`() async throws {
        try await Self.with(.disconnects(after: 1)) { scene in
            let stream = scene.speak()
            stream.say("hello")
            try await scene.given.until("the fault") { $0.fault != nil }
            #expect(scene.given.events.fault == StreamFault(.disconnected))
            let next = Collected<SynthesizerEvent>(scene.loop)
            let second = scene.synthesizer.speak(SynthesizerRequest(voice: "v")) { next.take($0) }
            second.say("again")
            second.finish()
            try await next.until("the end") { $0.last == .done }
            #expect(next.events.audio.spoken(.telephone) == "again")
            #expect(scene.synthesizer.connections == 2)
        }
    }

    @Test(arguments: [
        (SimulatedTrouble.malformed(after: 2), StreamFault(.malformed)),
        (.fails(after: 2, status: 429), StreamFault(.rateLimited(retryAfter: nil), status: 429)),
        (.fails(after: 0, status: 500), StreamFault(.overloaded, status: 500)),
    ])
    func `what breaks in the middle has a name`(_ trouble: SimulatedTrouble, _ fault: StreamFault) async throws {
        try await Self.with(trouble) { scene in
            let stream = scene.speak()
            stream.say("one two three four five")
            stream.finish()
            try await scene.given.until("the fault") { $0.fault != nil }
            #expect(scene.given.events.last == .failed(fault))
        }
    }

    @Test func `a handshake, a first sound or a next one that does not come is a stall`() async throws {
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
                let stream = scene.speak()
                stream.say("one two three four five")
                stream.finish()
                try await scene.given.until("the fault") { $0.fault != nil }
                #expect(scene.given.events.fault == StreamFault(.stalled(phase)))
            }
        }
    }

    @Test func `more utterances than the account may have are refused, and only they`() async throws {
        var simulated = CartesiaSimulator.Settings()
        simulated.contextsMax = 1
        try await Self.with(simulated: simulated) { scene in
            let stream = scene.speak()
            stream.say("one ")
            let other = Collected<SynthesizerEvent>(scene.loop)
            scene.synthesizer.speak(SynthesizerRequest(voice: "v")) { other.take($0) }.say("two")
            try await other.until("the fault") { $0.fault != nil }
            #expect(other.events.fault == StreamFault(.rateLimited(retryAfter: nil), status: 429))
            stream.say("three")
            stream.finish()
            try await scene.given.until("the end") { $0.last == .done }
            #expect(scene.given.events.audio.spoken(.telephone) == "one three")
        }
    }

    @Test func `text waits for the connection up to a limit`() async throws {
        try await Self.with(.slowOpening(.seconds(60)), change: { $0.waitingBytesMax = 10 }) { scene in
            let stream = scene.speak()
            stream.say("0123456789")
            stream.say("0")
            #expect(scene.given.events.isEmpty)
            try await scene.given.until("the fault") { $0 == [.failed(StreamFault(.flooded))] }
        }
    }
}

extension Array where Element == SynthesizerEvent {
    var audio: [UInt8] { flatMap { if case .audio(let bytes) = $0 { bytes } else { [UInt8]() } } }
    var words: [Word] { flatMap { if case .words(let words) = $0 { words } else { [Word]() } } }
    var fault: StreamFault? {
        for case .failed(let fault) in self { return fault }
        return nil
    }
}

extension Array where Element == UInt8 {
    /// What a simulated voice says in these bytes.
    func spoken(_ format: SoundFormat) -> String {
        var sound = SimulatedSound(format)
        var ear = WordEar(rate: format.rate)
        return ear.hear(sound.samples(self)).compactMap {
            if case .word(let word) = $0 { word.text.revealed } else { nil }
        }.joined(separator: " ")
    }
}

extension SoundFormat {
    fileprivate func bytes(_ samples: Int) -> Int { samples * bytesPerSecond / rate }
}
