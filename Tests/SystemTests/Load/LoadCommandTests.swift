import Foundation
import Loop
import TestKit
import Testing
import Wire

@testable import Console

/// The command as an operator gives it, with few calls: a realtime process of its own, callers with voices, the log.
@Suite(.timeLimit(.minutes(5)), .serialized) struct LoadCommandTests {
    private static let models =
        ProcessInfo.processInfo.environment["LEDGERLINE_MODELS"] ?? Services.repository + "/.ledgerline/models"

    private static func load(_ arguments: String...) async throws -> ConsoleUnderTest.Answer {
        nonisolated(unsafe) var answer: ConsoleUnderTest.Answer?
        try await ConsoleUnderTest.with { test in
            let environment = [
                "DATABASE_URL": test.url, "REDIS_URL": try Services.setting("REDIS_URL"), "LEDGERLINE_MODELS": models,
            ]
            answer = try await RunningProcess.with(
                BuiltProducts.executable("ledgerline"), ["load"] + arguments, environment: environment
            ) { process in
                let code = await process.exit()
                return ConsoleUnderTest.Answer(code: code, output: process.output)
            }
        }
        return try #require(answer)
    }

    @Test func `calls are carried, the surplus is refused exactly, and calls end`() async throws {
        let answer = try await Self.load(
            "--calls", "4", "--duration", "20s", "--overload", "--finished", "20", "--json",
            // A debug build beside other tests: what it measures is not looked at here.
            "--objective", "core=off", "--objective", "turn=off", "--objective", "jitter=off", "--objective",
            "stop=off",
            "--objective", "clear=off", "--objective", "late=off")
        #expect(answer.code == 0, "\(answer.output)")
        let report = try #require(try answer.documents.last)
        guard case .array(let steps)? = report["steps"] else { throw Trouble("no steps: \(answer.output)") }
        let step = try #require(steps.first)
        #expect(step["calls"] == .integer(4) && step["refused"] == .integer(0) && step["lost"] == .integer(0))
        #expect(step["unread"] == .integer(0) && step["provider_failures"] == .integer(0), "\(step.compact)")
        #expect(try #require(step["turns"]?.wholeNumber) >= 4, "each of them had an answer")
        #expect(try #require(step["pieces"]?.wholeNumber) > 0 && step["added_ms"]?["count"] != nil)
        #expect(report["cap"] == .integer(4))
        let overload = try #require(report["overload"])
        #expect(overload["offered"] == .integer(6) && overload["admitted"] == .integer(4))
        #expect(overload["refused_full"] == .integer(2) && overload["exact"] == .bool(true), "\(overload.compact)")
        #expect(report["leak"]?["finished"] == .integer(20) && report["leak"]?["failed"] == .integer(0))
    }

    @Test func `callers who are heard by our own engines are understood`() async throws {
        let answer = try await Self.load("--calls", "1", "--duration", "10s", "--providers", "local", "--json")
        #expect(answer.code == 0, "\(answer.output)")
        let report = try #require(try answer.documents.last)
        guard case .array(let steps)? = report["steps"] else { throw Trouble("no steps: \(answer.output)") }
        #expect(try #require(steps.first?["turns"]?.wholeNumber) >= 1 && steps.first?["lost"] == .integer(0))
    }
}
