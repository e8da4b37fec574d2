import Domain
import Loop
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Which engines of our own are in use, where an operator looks for it.
@Suite(.timeLimit(.minutes(5)), .serialized) struct EnginesTests {
    private static let wanted = ["LEDGERLINE_VOICE_ACTIVITY": "silero"]

    private static func inUse(_ engine: String, _ process: ProcessUnderTest) async throws -> Double? {
        try PrometheusText(try await process.get("/metrics").text).samples
            .first { $0.name == "engines_in_use" && $0.labels["engine"] == engine }?.value
    }

    @Test func `without the model calls are taken, and it is said loudly that loudness judges`() async throws {
        try await Loops.with { loops in
            try await TemporaryFolder.with { folder in
                let settings = Self.wanted.merging(["LEDGERLINE_MODELS": folder.path("none")]) { $1 }
                try await ProcessUnderTest.with(.realtime, settings, on: loops.first) { process in
                    let answer = try await process.untilReadiness("degraded") {
                        $0.status == 200 && $0.word(of: "voice_activity") == "degraded" && $0.word(of: "redis") == "up"
                    }
                    #expect(answer.reason(of: "voice_activity")?.contains("deploy/local/models") == true)
                    #expect(try await Self.inUse("silero", process) == 0)
                    #expect(try await Self.inUse("loudness", process) == 1)
                    #expect(process.process.output.contains("voice_activity_by_loudness"))
                }
            }
        }
    }

    @Test(.enabled(if: LocalModels.hasSilero, "deploy/local/models fetches it"))
    func `with the model everything is up`() async throws {
        try await Loops.with { loops in
            let settings = Self.wanted.merging(["LEDGERLINE_MODELS": LocalModels.folder]) { $1 }
            try await ProcessUnderTest.with(.realtime, settings, on: loops.first) { process in
                try await process.untilReady()
                #expect(try await Self.inUse("silero", process) == 1)
                #expect(try await Self.inUse("loudness", process) == 0)
                #expect(!process.process.output.contains("voice_activity_by_loudness"))
            }
        }
    }

    @Test(.enabled(if: LocalModels.hasFlite, "libflite1 is not installed"))
    func `without a key for a voice our own speaks, and the log says whose it was`() async throws {
        let settings = ["CARTESIA_API_KEY": "", "LEDGERLINE_FLITE_VOICE": "kal"]
        try await ConsoleUnderTest.with { test in
            try await CallsUnderTest.with(database: test.url, on: test.loop, rules: [], settings) { calls in
                let answered = try await calls.answer([.wait(4_000), .hangUp], test.pool)
                let facts = try await calls.facts(of: answered.call, test.pool)
                let spoke = try #require(facts.first { $0.type == "agent.spoke" })
                let payload = try JSONValue(json: spoke.payload)
                #expect(payload["provider"]?.text == "flite")
                #expect(payload["heard_text"]?.text == CallsUnderTest.greeting)
                #expect(payload["interrupted"] == .bool(false))
                #expect(!facts.contains { $0.type == "provider.failed" })
                let metrics = try PrometheusText(try await calls.process.get("/metrics").text).samples
                #expect(metrics.first { $0.name == "engines_in_use" && $0.labels["engine"] == "flite" }?.value == 1)
                let ready = try await calls.process.readiness()
                #expect(ready?.word(of: "flite") == "up")
            }
        }
    }
}
