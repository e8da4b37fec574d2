import CallStories
import Domain
import Jobs
import Postgres
import Store
import TestKit
import Testing
import Wire

/// `ledgerline analysis`, with the workers' process that does what is asked for.
@Suite(.timeLimit(.minutes(2))) struct AnalysisCommandTests {
    private static let calls = 8

    @Test func `workers look again at calls, and tell each what counts`() async throws {
        try await ConsoleUnderTest.with { test in
            try await test.pool.execute(
                "INSERT INTO organizations (organization_id, name) VALUES (\(ConsoleUnderTest.organization), 'Engines')"
            )
            try await ProcessUnderTest.with(
                .workers, ["DATABASE_URL": test.url, "LEDGERLINE_SETTLED_AFTER": "0s"], on: test.loop
            ) { process in
                try await process.untilReady()
                for story in try CallStory.history(Self.calls, customers: 2) {
                    try await test.append(story.events, to: story.call)
                }
                func until(_ what: String, _ condition: SQL) async throws {
                    try await test.loop.until(what, within: .seconds(60), every: .milliseconds(25)) {
                        try await test.pool.query("SELECT \(condition)").one.decode(Bool.self)
                    }
                }
                try await until("calls are looked at", "count(*) = \(Self.calls) FROM calls WHERE success IS NOT NULL")
                let run = try await Self.run(test)
                try await until("the run is over", "bool_and(finished_at IS NOT NULL) FROM analysis_runs")
                try await until(
                    "its looks are rows", "count(*) = \(Self.calls) FROM call_analyses_v1 WHERE run_id IS NOT NULL")
                let both = try await test.ledgerline("analysis", "compare", run, "--organization", "engines", "--json")
                let document = try #require(try both.documents.first)
                #expect(document["both"] == .integer(Int64(Self.calls)) && document["intents_changed"] == .integer(0))
                let told = try await test.ledgerline("analysis", "choose", run, "--organization", "Engines")
                #expect(told.code == 0 && told.output.contains("choice 1"), "\(told.output)")
                try await until("the choice is told", "bool_and(finished_at IS NOT NULL) FROM analysis_choices")
                let list = try await test.ledgerline("analysis", "list", "--organization", "Engines")
                #expect(list.output.contains("again") && list.output.contains("finished"))
                #expect(
                    try await test.count("SELECT count(*) FROM events WHERE type = 'call.look_chosen'") == Self.calls)
                let back = try await test.ledgerline("analysis", "choose", "usual", "--organization", "Engines")
                #expect(back.code == 0, "\(back.output)")
                try await until(
                    "it is put back", "count(*) = \(2 * Self.calls) FROM events WHERE type = 'call.look_chosen'")
            }
        }
    }

    private static func run(_ test: ConsoleUnderTest) async throws -> String {
        let arguments = [
            "--organization", "Engines", "--name", "again", "--from", "2020-01-01T00:00:00Z", "--to",
            "2099-01-01T00:00:00Z", "--analyst", "rules", "--json",
        ]
        let made = try await ConsoleUnderTest.ledgerline(["analysis", "run"] + arguments, database: test.url)
        #expect(made.code == 0, "\(made.output)")
        let twice = try await ConsoleUnderTest.ledgerline(["analysis", "run"] + arguments, database: test.url)
        #expect(twice.code == 1 && twice.output.contains("another name"))
        return try #require(try made.documents.first?["run_id"]?.text)
    }

    @Test func `what is not understood is said before anything is asked`() async throws {
        for arguments in [
            ["analysis"], ["analysis", "forget"], ["analysis", "run", "--name", "x"], ["analysis", "compare"],
            ["analysis", "choose", "never", "--organization", "x"],
            ["analysis", "run", "--name", "x", "--from", "2026-01-02T00:00:00Z", "--to", "2026-01-01T00:00:00Z"],
            ["analysis", "list"],
        ] {
            #expect(try await ConsoleUnderTest.ledgerline(arguments).code == 2, "\(arguments)")
        }
    }
}
