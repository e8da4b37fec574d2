import Postgres
import TestKit
import Testing
import Wire

/// `ledgerline user`, as who sets up an installation calls it.
@Suite(.timeLimit(.minutes(2)), .serialized) struct UserCommandTests {
    private static let password = "a password nobody guesses"

    private static func make(
        _ test: ConsoleUnderTest, _ arguments: [String], password: String = password
    ) async throws -> ConsoleUnderTest.Answer {
        let environment = ["DATABASE_URL": test.url, "LEDGERLINE_PASSWORD": password]
        return try await RunningProcess.with(
            BuiltProducts.executable("ledgerline"), ["user", "create"] + arguments, environment: environment
        ) { process in
            let code = await process.exit()
            return ConsoleUnderTest.Answer(code: code, output: process.output)
        }
    }

    @Test func `the first user makes the organization, and others join it`() async throws {
        try await ConsoleUnderTest.with { test in
            let first = try await Self.make(
                test, ["--email", "ada@example.org", "--organization", "Engines", "--new-organization"])
            #expect(first.code == 0, "\(first.output)")
            let second = try await Self.make(
                test, ["--email", "bob@example.org", "--organization", "engines", "--role", "analyst", "--json"])
            #expect(second.code == 0, "\(second.output)")
            #expect(try second.documents.first?["role"]?.text == "analyst")

            let list = try await test.ledgerline("user", "list", "--json")
            #expect(try list.documents.map { $0["role"]?.text } == ["owner", "analyst"])
            #expect(!list.output.contains("ada@example.org"))
            #expect(try await test.ledgerline("user", "list", "--reveal").output.contains("ada@example.org"))
            #expect(
                try await test.count(
                    "SELECT count(*) FROM users WHERE password_hash LIKE '$argon2id$v=19$m=65536,t=2%'")
                    == 2)
            #expect(try await test.count("SELECT count(*) FROM events WHERE type = 'user.created'") == 2)
        }
    }

    @Test func `what can't be made is refused with what to do, and nothing is left`() async throws {
        try await ConsoleUnderTest.with { test in
            let good = ["--email", "ada@example.org", "--organization", "Engines", "--new-organization"]
            let short = try await Self.make(test, good, password: "too short")
            #expect(short.code == 1 && short.output.contains("at least 12 characters"))
            let missing = try await Self.make(test, ["--email", "ada@example.org", "--organization", "Engines"])
            #expect(missing.code == 1 && missing.output.contains("--new-organization makes it"))
            #expect(try await Self.make(test, ["--organization", "Engines"]).code == 2)
            #expect(try await Self.make(test, good + ["--role", "emperor"]).code == 2)
            #expect(try await Self.make(test, good).code == 0)
            let again = try await Self.make(test, ["--email", "ADA@example.org", "--organization", "Engines"])
            #expect(again.code == 1 && again.output.contains("is there already"))
            #expect(try await Self.make(test, good).code == 1)
            #expect(try await test.count("SELECT count(*) FROM users") == 1)
            #expect(try await test.count("SELECT count(*) FROM events") == 1)
        }
    }
}
