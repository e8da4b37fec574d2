import Domain
import HTTP
import Loop
import Postgres
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Live calls whose agents have tools: a real server of tools, a simulated model that wants them, and the log.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ToolCallTests {
    private static let rules = [
        ChatRule(
            "where is my card",
            use: [
                .init("find_card", #"{"last_four":"4271"}"#), .init("broken", "{}"), .init("long", "{}"),
                .init("elsewhere", "{}"), .init("strict", #"{"last_four":4271}"#), .init("prose", "{}"),
                .init("slow", "{}"),
            ]),
        ChatRule("has come after all", say: "Now I know it."),
        ChatRule("timed_out", say: "I have not found everything."),
        ChatRule("unreachable", say: "I cannot reach the bank."),
    ]

    /// An agent's tool, as the API stores it.
    private static func tool(_ name: String, _ home: String, timeout: Int64 = 5_000) -> Freeform {
        .object([
            "name": .string(name), "description": .string("Looks something up."), "kind": .string("http"),
            "url": .string(home + ToolSimulator.path(of: name)), "timeout_ms": .integer(timeout),
            "mode": .string("sync"),
            "parameters": .object([
                "type": .string("object"),
                "properties": .object(["last_four": .object(["type": .string("string")])]),
            ]),
        ])
    }

    private static func with(
        _ settings: [String: String],
        _ body: @escaping @Sendable (CallsUnderTest, PostgresPool, ToolSimulator, _ home: String) async throws -> Void
    ) async throws {
        try await ConsoleUnderTest.with { test in
            let tools = ToolSimulator(on: test.loop)
            let server = try await SimulatedWorld.open(on: test.loop, tools: tools)
            let home = "http://127.0.0.1:\(server.port)"
            // The tools believe their organization alone.
            let organization = CallsUnderTest.organization
            try await test.pool.execute(
                "INSERT INTO organizations (organization_id, name) VALUES (\(organization.uuid), 'Bank')")
            let log = try await EventLog.read(through: .pool(test.pool))
            tools.secrets = try await ToolSecretDesk(
                TenantDatabase(organization, in: test.pool, log: log), EndpointSecrets(setting: nil)
            ).get().all
            let result: Result<Void, any Error>
            do {
                try await CallsUnderTest.with(database: test.url, on: test.loop, rules: rules, settings) {
                    try await body($0, test.pool, tools, home)
                }
                result = .success(())
            } catch { result = .failure(error) }
            await server.server.drain(within: .seconds(2))
            try result.get()
        }
    }

    private static func payloads(_ type: String, _ facts: [RecordedEvent]) throws -> [JSONValue] {
        try facts.filter { $0.type == type }.map { try JSONValue(json: $0.payload) }
    }

    @Test func `each tool of a turn comes to its own end, and what comes late still counts`() async throws {
        try await Self.with(["LEDGERLINE_WEBHOOKS_TO_PRIVATE": "1"]) { calls, pool, tools, home in
            tools.tools = [
                "find_card": .init(.result(.object([("sent", .string("Monday"))]))), "broken": .init(.status(500)),
                "long": .init(.text("\"" + String(repeating: "a", count: 1 << 20) + "\"")),
                "elsewhere": .init(.redirect(to: home + ToolSimulator.path(of: "other"))),
                "strict": .init(.result(.null)), "prose": .init(.text("It was sent on Monday.")),
                "slow": .init(.result(.string("has come after all")), after: .seconds(4)),
            ]
            let names = ["find_card", "broken", "long", "elsewhere", "strict", "prose"]
            let own = names.map { Self.tool($0, home) } + [Self.tool("slow", home, timeout: 1_500)]
            let answered = try await calls.answer(
                [.hear(), .say("where is my card?"), .hear(quietFor: 4_000), .hangUp], pool, tools: own)
            let facts = try await calls.facts(of: answered.call, pool)
            let called = try Self.payloads("tool.called", facts)
            #expect(called.compactMap { $0["name"]?.text } == names + ["slow"])
            let returned = try Self.payloads("tool.returned", facts)
            #expect(returned.compactMap { $0["name"]?.text } == ["find_card", "slow"])
            #expect(returned.first?["result"]?["sent"]?.text == "Monday")
            let failed = try Self.payloads("tool.failed", facts).map {
                "\($0["name"]?.text ?? "?") \($0["fault"]?.text ?? "?") \($0["status"]?.wholeNumber ?? 0)"
            }
            #expect(
                failed.sorted() == [
                    "broken refused 500", "elsewhere refused 307", "long bad_answer 0", "prose bad_answer 200",
                    "slow timed_out 0", "strict bad_arguments 0",
                ])
            #expect(answered.line.heard.hasSuffix("I have not found everything. Now I know it."))
            // What came to the tools: each once, under its own key, and nothing that was not to be sent.
            #expect(tools.asked.map(\.name).sorted() == ["broken", "elsewhere", "find_card", "long", "prose", "slow"])
            let asked = try #require(tools.asked.first { $0.name == "find_card" })
            let use = try #require(called.first)
            #expect(asked.key != nil && asked.key == use["idempotency_key"]?.text)
            #expect(Set(tools.asked.map(\.key)).count == 6)
            #expect(
                asked.document["tool"]?.text == "find_card" && asked.document["call_id"]?.text == "\(answered.call)")
            #expect(asked.document["tool_call_id"] == use["tool_call_id"])
            #expect(asked.document["arguments"]?["last_four"]?.text == "4271")
            // The model was told of them as they are.
            let question = calls.world.chat.stage.seen.documents.first
            guard case .array(let offered)? = question?["tools"] else {
                Issue.record("no tools were offered")
                return
            }
            let functions = offered.compactMap { $0["function"] }
            #expect(functions.compactMap { $0["name"]?.text }.suffix(7) == names + ["slow"])
            #expect(functions.last?["parameters"]?["properties"]?["last_four"]?["type"]?.text == "string")
        }
    }

    @Test func `a tool that is not on the internet is not asked`() async throws {
        try await Self.with([:]) { calls, pool, tools, home in
            tools.tools["find_card"] = .init(.result(.null))
            let answered = try await calls.answer(
                [.hear(), .say("where is my card?"), .hear(), .hangUp], pool, tools: [Self.tool("find_card", home)])
            let facts = try await calls.facts(of: answered.call, pool)
            let failed = try Self.payloads("tool.failed", facts)
            #expect(failed.first { $0["name"]?.text == "find_card" }?["fault"]?.text == "unreachable")
            // Those that the agent does not have were known to nobody.
            #expect(failed.count { $0["fault"]?.text == "unknown_tool" } == 6)
            #expect(tools.asked.isEmpty)
            #expect(answered.line.heard.hasSuffix("I cannot reach the bank."))
        }
    }
}
