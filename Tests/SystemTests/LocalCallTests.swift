import Domain
import Foundation
import Loop
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Whole calls that our own engines hear and think for: speech of another program, real decoding, a script.
@Suite(.timeLimit(.minutes(5)), .serialized) struct LocalCallTests {
    private static let models =
        ProcessInfo.processInfo.environment["LEDGERLINE_MODELS"] ?? Services.repository + "/.ledgerline/models"

    /// Said by flite's own program, as a telephone carries it.
    private static func speech(_ text: String, on loop: Loop) async throws -> CallerScript.Step {
        try await TemporaryFolder.with { folder in
            let arguments = ["-voice", "kal", "-t", text, "-o", folder.path("said.wav")]
            let child = try ChildProcess("flite", arguments, output: folder.path("output"))
            #expect(try await child.exit(on: loop) == 0)
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder.path("said.wav"))))
            let samples = stride(from: 44, to: bytes.count - 1, by: 2).map {
                Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
            }
            return .play(samples.map(G711.muLaw.encode))
        }
    }

    @Test func `a call is held without anybody's account but the voice's`() async throws {
        let page = try String(contentsOfFile: Services.repository + "/docs/local-agent.md", encoding: .utf8)
        let script = String(page.split(separator: "<!-- script -->\n").last ?? "")
        let own = [
            "DEEPGRAM_API_KEY": "", "GROQ_API_KEY": "", "OPENAI_API_KEY": "", "LEDGERLINE_MODELS": Self.models,
        ]
        let said = ["where is my card", "the number is four two seven one", "thank you goodbye"]
        try await ConsoleUnderTest.with { test in
            try await CallsUnderTest.with(database: test.url, on: test.loop, rules: [], own) { calls in
                var steps: [CallerScript.Step] = [.hear()]
                for text in said { steps += [try await Self.speech(text, on: test.loop), .hear(quietFor: 1_500)] }
                let answered = try await calls.answer(steps, test.pool, instructions: script)
                let facts = try await calls.facts(of: answered.call, test.pool)
                func texts(_ type: String, _ member: String) throws -> [String?] {
                    try facts.filter { $0.type == type }.map { try JSONValue(json: $0.payload)[member]?.text }
                }
                #expect(try texts("caller.said", "text") == said)
                #expect(try texts("tool.called", "name") == ["find_card", "end_call"])
                #expect(
                    answered.line.heard == """
                        \(CallsUnderTest.greeting) What are the last four digits of your card? Let me look that up. \
                        I cannot reach our card system right now. Please try again in a few minutes. \
                        Thank you for calling. Goodbye.
                        """)
                #expect(facts.allSatisfy { $0.type != "provider.failed" })
                let state = try await calls.folded(answered.call, test.pool).state
                #expect(state.turnCount == 3)
            }
        }
    }
}
