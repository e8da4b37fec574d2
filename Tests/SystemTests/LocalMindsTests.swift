import Loop
import TestKit
import Testing

/// Who hears and thinks without an account, where an operator looks for it.
@Suite(.timeLimit(.minutes(5)), .serialized) struct LocalMindsTests {
    @Test func `without weights and libraries it is said loudly what is missing`() async throws {
        try await Loops.with { loops in
            try await TemporaryFolder.with { folder in
                let settings = [
                    "LEDGERLINE_LOCAL_ENGINES": "on", "LEDGERLINE_MODELS": folder.path("none"),
                    "LEDGERLINE_VOSK_MODEL": folder.path("none"), "LEDGERLINE_VOSK_LIBRARY": folder.path("libvosk.so"),
                ]
                try await ProcessUnderTest.with(.realtime, settings, on: loops.first) { process in
                    let answer = try await process.untilReadiness("degraded embeddings") {
                        $0.status == 200 && $0.word(of: "embeddings") == "degraded" && $0.word(of: "redis") == "up"
                    }
                    #expect(answer.reason(of: "embeddings")?.contains("deploy/local/models") == true)
                    #expect(answer.word(of: "local_hearing") == "up")
                    #expect(answer.word(of: "local_dictation") == "degraded")
                    #expect(answer.reason(of: "local_dictation")?.contains("deploy/local/models vosk") == true)
                    #expect(answer.word(of: "providers") == "up")
                    #expect(process.process.output.contains("embeddings_by_shared_words"))
                    #expect(process.process.output.contains("local_dictation_missing"))
                }
            }
        }
    }

    @Test func `with vendors nobody looks for them`() async throws {
        try await Loops.with { loops in
            try await ProcessUnderTest.with(.realtime, on: loops.first) { process in
                let answer = try await process.untilReadiness("up") { $0.status == 200 && $0.word(of: "redis") == "up" }
                #expect(answer.word(of: "embeddings") == nil)
                #expect(answer.word(of: "local_hearing") == nil)
            }
        }
    }
}
