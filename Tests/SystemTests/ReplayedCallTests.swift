import Crypto
import Domain
import Foundation
import Journal
import Loop
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Calls of the running system, run again from what they left behind.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ReplayedCallTests {
    /// 32 bytes.
    private static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    private static let rules = [
        ChatRule("name", say: "Nice to meet you, Anna."), ChatRule("time", say: "It is noon."),
        ChatRule("story", say: "Once upon a time there was a king. He had a castle by the sea."),
        ChatRule("question", say: "Please ask."),
    ]

    private static func ledgerline(
        _ arguments: [String], _ environment: [String: String]
    ) async throws -> ConsoleUnderTest.Answer {
        try await RunningProcess.with(
            BuiltProducts.executable("ledgerline"), arguments, environment: environment
        ) { process in
            let code = await process.exit()
            return ConsoleUnderTest.Answer(code: code, output: process.output)
        }
    }

    /// Once the process has written all of it.
    private static func trace(_ path: String, _ sealing: Sealing?, on loop: Loop) async throws -> TraceReading {
        var found: TraceReading?
        try await loop.until("the end of the trace", within: .seconds(30)) {
            guard FileManager.default.fileExists(atPath: path) else { return false }
            found = try RecordFile.read(path).map { try TraceReading($0, sealing) }
            return found?.end == .whole
        }
        return try #require(found)
    }

    @Test func `a call of the running system is run again without a difference, step by step and against the log`()
        async throws
    {
        let key = Self.key
        try await TemporaryFolder.with { folder in
            try await ConsoleUnderTest.with { test in
                let settings = ["LEDGERLINE_TRACES": folder.path("traces"), "LEDGERLINE_SEALING_KEY": key]
                let console = settings.merging(["DATABASE_URL": test.url]) { $1 }
                try await CallsUnderTest.with(database: test.url, on: test.loop, rules: Self.rules, settings) { calls in
                    let answered = try await calls.answer(
                        [
                            .hear(), .say("my name is Anna."), .hear(), .say("tell me a story please."), .hearWords(6),
                            .say("actually, I have a question."), .hear(quietFor: 4_000), .say("what time is it?"),
                            .hear(), .hangUp,
                        ], test.pool)
                    let facts = try await calls.facts(of: answered.call, test.pool)
                    #expect(facts.contains { $0.type == "agent.interrupted" })
                    let path = folder.path("traces/\(answered.call).trace")
                    let trace = try await Self.trace(path, try Sealing(setting: key), on: test.loop)
                    let bytes = try Data(contentsOf: URL(filePath: path))
                    let last = try #require(trace.steps.last)
                    let seconds = Int(last.at.since(trace.opening.startedAt).count / 1_000)
                    #expect(bytes.count <= 2_048 * seconds, "\(bytes.count) bytes of \(seconds) seconds")
                    #expect(bytes.range(of: Data("Anna".utf8)) == nil && trace.isSealed)

                    let call = "\(answered.call)"
                    let same = try await Self.ledgerline(["replay", call, "--json"], console)
                    let verdict = try #require(try same.documents.last)
                    #expect(same.code == 0 && verdict["same"] == .bool(true), "\(same.output)")
                    #expect(verdict["end"]?.text == "whole" && verdict["log_differences"]?.wholeNumber == 0)
                    #expect(verdict["steps"]?.wholeNumber == Int64(trace.steps.count))
                    // All but those that the webhooks told.
                    #expect(verdict["log_facts_matched"]?.wholeNumber == Int64(facts.count - 2))
                    #expect(!same.output.contains("Anna"))

                    let told = try await Self.ledgerline(["replay", call, "--reveal"], console)
                    #expect(told.code == 0 && told.output.contains("no difference in \(trace.steps.count) steps"))
                    #expect(told.output.contains("“my name is Anna.”") && told.output.contains("→ agent.interrupted"))
                    let step = try await Self.ledgerline(["replay", call, "--step", "2", "--no-log"], console)
                    #expect(step.code == 0 && step.output.contains("#2 ") && step.output.contains("changed leg"))

                    let later = try await Self.ledgerline(
                        ["replay", call, "--set", "silence_ms=1500", "--set", "silence_min_ms=1500", "--json"], console)
                    let turn = try #require(try later.documents.first { $0["decision"]?.text == "turn.ended" })
                    let (was, becomes) = (turn["was_ms"]?.wholeNumber, turn["becomes_ms"]?.wholeNumber)
                    #expect(later.code == 0 && (becomes ?? 0) > (was ?? .max))

                    try await Self.mishaps(path, bytes, call, console, folder)
                }
            }
        }
    }

    /// What was cut, damaged or belongs to nobody here is told, each with what to do.
    private static func mishaps(
        _ path: String, _ bytes: Data, _ call: String, _ console: [String: String], _ folder: TemporaryFolder
    ) async throws {
        let keyless = try await ledgerline(
            ["replay", call], console.filter { $0.key != "LEDGERLINE_SEALING_KEY" })
        #expect(keyless.code == 1 && keyless.output.contains("give LEDGERLINE_SEALING_KEY the key"))
        let other = folder.path("other.trace")
        func replay() async throws -> ConsoleUnderTest.Answer {
            try await ledgerline(["replay", "--trace", other, "--no-log"], console)
        }
        try bytes.prefix(bytes.count - 200).write(to: URL(filePath: other))
        let cut = try await replay()
        #expect(cut.code == 0 && cut.output.contains("the trace ends before the call"))
        var damaged = bytes
        damaged[bytes.count / 2] ^= 1
        try damaged.write(to: URL(filePath: other))
        let broken = try await replay()
        #expect(broken.code == 1 && broken.output.contains("it was damaged"))
        try Data("nothing of ours".utf8).write(to: URL(filePath: other))
        let foreign = try await replay()
        #expect(foreign.code == 1 && foreign.output.contains("this is no trace"))
        let nobody = try await ledgerline(["replay", "\(UUID.v7())"], console)
        #expect(nobody.code == 1 && nobody.output.contains("there is no trace of"))
    }

    @Test func `another version of the agent takes its decisions at other times, and calls leave no trace if so set`()
        async throws
    {
        try await TemporaryFolder.with { folder in
            let traces = folder.path("traces")
            try await PhonesUnderTest.with(rules: Self.rules, realtime: ["LEDGERLINE_TRACES": traces]) { phones in
                let line = phones.ring([.hear(), .say("my name is Anna."), .hear(), .hangUp])
                let call = try await phones.call(line)
                _ = try await phones.whole(call, endedFor: [.process])
                _ = try await Self.trace("\(traces)/\(call).trace", nil, on: phones.loop)
                let patient = #"{"turn_taking":{"silence_ms":800,"silence_min_ms":800}}"#
                let changed = try await phones.api.patch("/agents/\(phones.agent)", token: phones.token, patient)
                try #require(changed.status == 200, "\(changed.raw.text)")
                #expect(try await phones.post("/agents/\(phones.agent)/publish").status == 200)
                let console = ["LEDGERLINE_TRACES": traces, "DATABASE_URL": phones.api.url]
                let same = try await Self.ledgerline(["replay", "\(call)", "--json"], console)
                let verdict = try #require(try same.documents.last)
                #expect(same.code == 0 && verdict["same"] == .bool(true), "\(same.output)")
                let first = try await Self.ledgerline(["replay", "\(call)", "--agent", "1"], console)
                #expect(first.code == 0 && first.output.contains("no decision would be different"))
                let second = try await Self.ledgerline(["replay", "\(call)", "--agent", "2", "--json"], console)
                let turn = try #require(try second.documents.first { $0["decision"]?.text == "turn.ended" })
                #expect((turn["becomes_ms"]?.wholeNumber ?? 0) > (turn["was_ms"]?.wholeNumber ?? .max))
                let third = try await Self.ledgerline(["replay", "\(call)", "--agent", "3"], console)
                #expect(third.code == 1 && third.output.contains("has no version 3"))
            }
            try FileManager.default.removeItem(atPath: traces)
            try await PhonesUnderTest.with(rules: Self.rules, realtime: ["LEDGERLINE_TRACES": "off"]) { phones in
                let line = phones.ring([.hear(), .hangUp])
                _ = try await phones.whole(try await phones.call(line), endedFor: [.process])
                #expect(line.heard == PhonesUnderTest.greeting)
                #expect(phones.calls.process.process.output.contains("traces_off"))
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(files.isEmpty)
        }
    }
}
