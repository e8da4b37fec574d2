import Domain
import Foundation
import Glibc
import Loop
import TestKit
import Testing

@testable import Providers

/// espeak-ng, as calls use it; and programs of a test's own in its place, where it shall do what the real one never does.
@Suite(.timeLimit(.minutes(2))) struct EspeakTests {
    private static let text = "Ihre Karte ist am Montag abgeschickt worden, und sie kommt morgen bei Ihnen an."
    private static let isInstalled = (try? EspeakDesk()) != nil

    /// `@unchecked` holds because a test and what it tries share one loop.
    private struct Scene: @unchecked Sendable {
        let synthesizer: EspeakSynthesizer
        let desk: EspeakDesk
        let loop: Loop
        let given: Collected<SynthesizerEvent>

        func speak(_ request: SynthesizerRequest = SynthesizerRequest(voice: "", language: "de"))
            -> any SynthesizerStream
        {
            synthesizer.speak(request) { given.take($0) }
        }

        func whole(_ text: String, _ request: SynthesizerRequest = SynthesizerRequest(voice: "", language: "de"))
            async throws -> [SynthesizerEvent]
        {
            let collected = Collected<SynthesizerEvent>(loop)
            let stream = synthesizer.speak(request) { collected.take($0) }
            stream.say(text)
            stream.finish()
            try await collected.until("the end") { $0.last.map(\.isEnd) ?? false }
            return collected.events
        }

        /// Every child has been taken back.
        func untilAlone() async throws { try await loop.until("no child is left") { desk.running == 0 } }
    }

    private static func with(
        _ program: String = "espeak-ng", childrenMax: Int = EspeakDesk.childrenMax,
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            var found: EspeakDesk?
            // A file that was just written can't be run while another test's child still has it open.
            try await loops.first.until("the program can be run") {
                found = try EspeakDesk(program, childrenMax: childrenMax)
                return found != nil
            }
            let desk = try #require(found)
            let scene = Scene(
                synthesizer: EspeakSynthesizer(desk, on: loops.first), desk: desk, loop: loops.first,
                given: Collected(loops.first))
            try await body(scene)
            try await scene.untilAlone()
        }
    }

    /// A program that knows one voice, and otherwise does what `script` says.
    private static func with(
        script: String, childrenMax: Int = EspeakDesk.childrenMax,
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        try await TemporaryFolder.with { folder in
            let program = folder.path("speaker")
            let text = "#!/bin/sh\nif [ \"$1\" = --voices ]; then echo Pty; echo ' 5 de'; exit 0; fi\n\(script)\n"
            try text.write(toFile: program, atomically: false, encoding: .utf8)
            chmod(program, 0o755)
            try await with(program, childrenMax: childrenMax, body)
        }
    }

    @Test(.enabled(if: isInstalled, "espeak-ng is not installed"))
    func `a sentence in another language becomes sound, piece by piece`() async throws {
        try await Self.with { scene in
            let events = try await scene.whole(Self.text)
            #expect(events.last == .done)
            let length = SoundFormat.telephone.duration(ofBytes: events.audio.count)
            #expect(length > 3_000 && length < 9_000, "\(length)")
            #expect(events.count > 20)
            let loudest = events.audio.map { abs(Int(G711.muLaw.decode($0))) }.max() ?? 0
            #expect(loudest > 4_000 && loudest < 32_700)
            // It says a sentence the same way each time, and a second one behind the first.
            #expect(try await scene.whole(Self.text).audio == events.audio)
            let both = try await scene.whole("\(Self.text) \(Self.text)")
            #expect(both.audio == events.audio + events.audio)
        }
    }

    @Test(.enabled(if: isInstalled, "espeak-ng is not installed"))
    func `speed and format are those asked for`() async throws {
        try await Self.with { scene in
            let usual = try await scene.whole(Self.text).audio.count
            var request = SynthesizerRequest(voice: "de", language: "en", speed: 1.5)
            let faster = try await scene.whole(Self.text, request).audio.count
            #expect(Double(faster) < Double(usual) * 0.8 && Double(faster) > Double(usual) * 0.5)
            request.speed = 1
            request.format = SoundFormat(.linear16, rate: 16_000)
            let wide = try await scene.whole(Self.text, request).audio.count
            #expect(abs(wide - 4 * usual) < 64)
        }
    }

    @Test(.enabled(if: isInstalled, "espeak-ng is not installed"))
    func `a language that nobody speaks is refused, and nothing to say is done at once`() async throws {
        try await Self.with { scene in
            let refused = try await scene.whole(Self.text, SynthesizerRequest(voice: "kal", language: "xx"))
            #expect(refused == [.failed(StreamFault(.refused))])
            #expect(try await scene.whole(" ") == [.done])
        }
    }

    @Test(.enabled(if: isInstalled, "espeak-ng is not installed"))
    func `cancel is silence from there on, and ends the child`() async throws {
        try await Self.with { scene in
            let stream = scene.speak()
            stream.say(String(repeating: Self.text + " ", count: 6))
            stream.finish()
            try await scene.given.until("some sound") { !$0.audio.isEmpty }
            stream.cancel()
            let count = scene.given.events.count
            try await scene.untilAlone()
            #expect(scene.given.events.count == count && !scene.given.events.contains(.done))
        }
    }

    @Test func `a program that is not there is no voice`() throws {
        // The last one names no voices.
        for program in ["/nowhere/espeak-ng", "no-such-program-as-this", "/bin/false", "/bin/true"] {
            let desk = try EspeakDesk(program)
            #expect(desk == nil, "\(program)")
        }
    }

    @Test(arguments: [
        ("cat >/dev/null; exit 1", StreamFault(.refused)),
        ("cat >/dev/null; echo no sound at all", StreamFault(.malformed)),
        ("kill -9 $$", StreamFault(.refused)),
    ])
    func `a child that fails is a failure`(script: String, fault: StreamFault) async throws {
        try await Self.with(script: script) { scene in
            let events = try await scene.whole(Self.text)
            #expect(events.last == .failed(fault))
        }
    }

    @Test func `a child that says nothing is ended, and the next provider has its turn`() async throws {
        try await Self.with(script: "exec sleep 600") { scene in
            let events = try await scene.whole(Self.text)
            #expect(events == [.failed(StreamFault(.stalled(.middle)))])
        }
    }

    @Test func `no more children than there may be`() async throws {
        try await Self.with(script: "exec sleep 600", childrenMax: 2) { scene in
            let streams = (0..<2).map { _ in scene.speak() }
            for stream in streams { stream.say(Self.text + " Und nun?") }
            let refused = Collected<SynthesizerEvent>(scene.loop)
            let third = scene.synthesizer.speak(SynthesizerRequest(voice: "", language: "de")) { refused.take($0) }
            third.say(Self.text + " Und nun?")
            try await refused.until("the refusal") { $0 == [.failed(StreamFault(.overloaded))] }
            #expect(scene.desk.running == 2)
            for stream in streams { stream.cancel() }
            try await scene.untilAlone()
        }
    }

    @Test func `more than may wait of one utterance is a flood`() async throws {
        try await Self.with(script: "exec sleep 600") { scene in
            let stream = scene.speak()
            stream.say(String(repeating: Self.text + " ", count: EspeakStream.waitingMax + 3))
            try await scene.given.until("the end") { $0 == [.failed(StreamFault(.flooded))] }
        }
    }

    @Test func `the child knows nothing of our environment and files, and its text is in no command line`() async throws
    {
        try await TemporaryFolder.with { folder in
            let file = folder.path("seen")
            chmod(folder.path, 0o777)
            // What it sees: its arguments, its variables, its open files.
            let script = "{ echo \"$@\"; env; ls /proc/self/fd | wc -l; } >\(file); cat >>\(file)"
            try await Self.with(script: script) { scene in
                _ = try await scene.whole(Self.text)
                let seen = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
                #expect(seen.first == "--stdin --stdout -b 1 -v de -s 175")
                #expect(seen.last == Self.text)
                let names = seen.compactMap { $0.split(separator: "=").first.map(String.init) }
                #expect(!names.contains("HOME") && !names.contains("DATABASE_URL") && names.contains("LANG"))
                // Three, and the folder that it lists.
                #expect(seen.contains("4"))
            }
        }
    }
}
