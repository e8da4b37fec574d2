import Domain
import Foundation
import Loop
import TestKit
import Testing

@testable import Providers

/// The recognizer with a library of Vosk's interface, since models are not to be had everywhere: `Fixtures/vosk.c` says what it hears.
/// One for the whole process, as there is one library.
@Suite(.timeLimit(.minutes(2)), .serialized) struct VoskEngineTests {
    private static let library: Result<String, any Error> = Result {
        let source = try #require(Bundle.module.url(forResource: "Fixtures/vosk", withExtension: "c"))
        let made = FileManager.default.temporaryDirectory.appending(path: "libvosk-\(UUID().uuidString).so")
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["clang", "-shared", "-fPIC", "-O1", "-o", made.path, source.path]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0, "clang can't compile it")
        return made.path
    }

    private static func opened(_ name: String) throws -> Int32 {
        let library = try #require(unsafe dlopen(try library.get(), RTLD_NOW))
        let symbol = try #require(unsafe dlsym(library, name))
        return unsafe unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)()
    }

    /// Loud and quiet, in frames of 20 ms.
    private static func hear(_ stream: any RecognizerStream, loud: Int, quiet: Int) {
        func frames(_ level: Int16, _ count: Int) {
            let frame = (0..<160).flatMap { _ in
                [UInt8(truncatingIfNeeded: level), UInt8(truncatingIfNeeded: level >> 8)]
            }
            for _ in 0..<count { stream.hear(frame.span) }
        }
        frames(8_000, loud)
        frames(0, quiet)
    }

    private static func with(
        _ change: (inout VoskSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (Loop, VoskRecognizer) async throws -> Void
    ) async throws {
        var settings = VoskSettings(library: try library.get(), model: "/a/small-model")
        settings.lanes = 2
        change(&settings)
        #expect(settings.missing == .model, "its file is not looked at again, once it is to be opened")
        let desk = try VoskDesk(settings)
        try await Loops.with { loops in try await body(loops.first, VoskRecognizer(desk, on: loops.first)) }
    }

    private static var request: RecognizerRequest { RecognizerRequest(format: SoundFormat(.linear16, rate: 8_000)) }

    @Test func `what is heard is told as it comes, and a pause ends the turn`() async throws {
        try await Self.with { loop, recognizer in
            let heard = Collected<RecognizerEvent>(loop)
            let stream = recognizer.listen(Self.request) { heard.take($0) }
            Self.hear(stream, loud: 15, quiet: 15)
            try await heard.until("the end of the turn") { $0.contains(.endOfTurn(.pause)) }
            #expect(heard.events.first == .opened)
            #expect(heard.events.settledText == "on on on")
            let interim = heard.events.compactMap {
                if case .interim(let text) = $0 { text.text.revealed } else { nil }
            }
            #expect(interim == ["on", "on on", "on on on"])

            Self.hear(stream, loud: 5, quiet: 0)
            stream.endTurn()
            try await heard.until("the other turn") { $0.contains(.endOfTurn(.asked)) }
            let last = heard.events.compactMap { if case .settled(let text) = $0 { text } else { nil } }.last
            #expect(last?.text.revealed == "on" && last?.startedAt == 600 && last?.endedAt == 700)
            #expect(last?.confidence?.value == 0.9)

            Self.hear(stream, loud: 10, quiet: 0)
            stream.finish()
            try await heard.until("the end") { $0.last == .ended }
            #expect(heard.events.settledText.hasSuffix("on on"))
        }
    }

    @Test func `many listen at once with one model, and nothing of them stays`() async throws {
        try await Self.with { loop, recognizer in
            let heard = (0..<20).map { _ in Collected<RecognizerEvent>(loop) }
            var streams = heard.map { heard in recognizer.listen(Self.request) { heard.take($0) } }
            for (place, stream) in streams.enumerated() {
                Self.hear(stream, loud: 5 * (1 + place % 3), quiet: 0)
                stream.endTurn()
            }
            for (place, heard) in heard.enumerated() {
                try await heard.until("its turn") { $0.contains(.endOfTurn(.asked)) }
                #expect(heard.events.settledText == Array(repeating: "on", count: 1 + place % 3).joined(separator: " "))
            }
            #expect(try Self.opened("vosk_open_models") == 1)
            #expect(try Self.opened("vosk_open_recognizers") == 20)
            for stream in streams { stream.cancel() }
            streams = []
            try await loop.until("all of them have gone") { try Self.opened("vosk_open_recognizers") == 0 }
        }
        #expect(try Self.opened("vosk_open_models") == 0)
    }

    @Test func `a folder that is no model, a rate and a sound that it does not take are refused`() async throws {
        try await Self.with({ $0.model = "/nowhere" }) { loop, recognizer in
            let heard = Collected<RecognizerEvent>(loop)
            let stream = recognizer.listen(Self.request) { heard.take($0) }
            try await heard.until("its refusal") { $0 == [.failed(StreamFault(.unreachable))] }
            stream.cancel()
        }
        try await Self.with { loop, recognizer in
            let heard = Collected<RecognizerEvent>(loop)
            var request = Self.request
            request.format = SoundFormat(.linear16, rate: 44_100)
            let stream = recognizer.listen(request) { heard.take($0) }
            try await heard.until("its refusal") { $0 == [.failed(StreamFault(.refused))] }
            stream.cancel()
        }
        try await Self.with { loop, recognizer in
            let heard = Collected<RecognizerEvent>(loop)
            let stream = recognizer.listen(Self.request) { heard.take($0) }
            let least = [UInt8](repeating: 0, count: 1) + [UInt8](repeating: 0x80, count: 1)
            stream.hear(least.span)
            stream.endTurn()
            try await heard.until("its refusal") { $0 == [.opened, .failed(StreamFault(.refused))] }
            stream.cancel()
        }
    }

    @Test func `more sound than waits is an overload, told once`() async throws {
        func narrow(_ settings: inout VoskSettings) { (settings.waitingMax, settings.lanes) = (4, 1) }
        try await Self.with(narrow) { loop, recognizer in
            let heard = Collected<RecognizerEvent>(loop)
            let stream = recognizer.listen(Self.request) { heard.take($0) }
            // All of it before the lane's thread can have taken more than some.
            Self.hear(stream, loud: 50_000, quiet: 0)
            try await heard.until("its failure") { $0.last?.isFailure == true }
            #expect(heard.events.count(where: \.isFailure) == 1)
            #expect(heard.events.last == .failed(StreamFault(.overloaded)))
            stream.cancel()
        }
    }
}
