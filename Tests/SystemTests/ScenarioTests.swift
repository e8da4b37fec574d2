import Domain
import Glibc
import HTTP
import Loop
import Postgres
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Calls in which something comes between, over real sockets: of each the whole story in the log is compared, fact by fact.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ScenarioTests {
    private static let story =
        "Once upon a time there was a king. He had a castle by the sea. Every day he counted the ships. Then one day no ship came."
    private static let rules = [
        ChatRule("story", say: story), ChatRule("order", say: "What are the four digits of its number?"),
        ChatRule("four two seven one", say: "It is on its way."), ChatRule("question", say: "Please ask."),
        ChatRule("look it up", use: [.init("find", "{}")]), ChatRule("a book", say: "It is a book."),
        ChatRule("big book", say: "Let me see what there is about that in the big book.", use: [.init("find", "{}")]),
    ]

    private static func with(
        _ more: [String: String] = [:], _ body: @escaping @Sendable (CallsUnderTest, PostgresPool) async throws -> Void
    ) async throws {
        try await CallsUnderTest.withLog(rules: rules, more, body)
    }

    // MARK: - The caller while we speak

    @Test func `an acknowledgement stops nobody, and noise only for as long as nobody knows what it was`() async throws
    {
        try await Self.with { calls, pool in
            let polite = try await calls.answer(
                [
                    .hear(), .say("tell me a story please."), .hearWords(5), .say("mhm, uh-huh"),
                    .hear(quietFor: 1_000),
                    .hangUp,
                ], pool)
            let noisy = try await calls.answer(
                [
                    .hear(), .say("tell me a story please."), .hearWords(5), .play(Self.noise),
                    .hear(quietFor: 3_000), .hangUp,
                ], pool)
            let story =
                StoryPart.begun + StoryPart.said + StoryPart.asked + StoryPart.thought + ["agent.started_speaking"]
                + StoryPart.heard
                + ["interruption.dismissed", "agent.spoke"] + StoryPart.over
            for (call, kind, clears) in [(polite, "backchannel", 0), (noisy, "noise", 1)] {
                let facts = try await calls.facts(of: call.call, pool)
                #expect(facts.story == story, "\(kind)")
                let dismissed = facts.first { $0.type == "interruption.dismissed" }
                #expect(try CallsUnderTest.member("reason", of: dismissed)?.text == kind)
                let spoken = facts.last { $0.type == "agent.spoke" }
                #expect(try CallsUnderTest.member("heard_text", of: spoken)?.text == Self.story, "\(kind)")
                #expect(try CallsUnderTest.member("interrupted", of: spoken) == .bool(false), "\(kind)")
                #expect(call.line.clears == clears && call.line.heard.hasSuffix("no ship came."), "\(kind)")
            }
        }
    }

    /// 0.7 s of a hum that nobody could take for a word.
    private static var noise: [UInt8] {
        (0..<5_600).map { G711.muLaw.encode($0 / 20 % 2 == 0 ? 8_000 : -8_000) }
    }

    @Test func `digits that are said with a pause between are one turn`() async throws {
        try await Self.with { calls, pool in
            let answered = try await calls.answer(
                [
                    .hear(), .say("where is my order?"), .hear(), .say("four two"), .wait(900), .say("seven one"),
                    .hear(), .hangUp,
                ], pool)
            let facts = try await calls.facts(of: answered.call, pool)
            #expect(
                facts.story
                    == StoryPart.begun + StoryPart.said + StoryPart.turn + StoryPart.heard + ["caller.said"]
                    + StoryPart.heard
                    + ["caller.said", "turn.ended"] + StoryPart.thought + StoryPart.said + StoryPart.over)
            #expect(answered.line.heard.hasSuffix("It is on its way."))
            let turns = try facts.filter { $0.type == "caller.said" }.map {
                try CallsUnderTest.member("turn_id", of: $0)?.text
            }
            #expect(turns.count == 3 && turns[1] == turns[2] && turns[0] != turns[1])
        }
    }

    // MARK: - Tools

    private static func withTool(
        after time: Duration,
        _ body: @escaping @Sendable (CallsUnderTest, PostgresPool, [Freeform]) async throws -> Void
    ) async throws {
        try await Self.with(["LEDGERLINE_WEBHOOKS_TO_PRIVATE": "1"]) { calls, pool in
            let organization = CallsUnderTest.organization
            try await pool.execute(
                "INSERT INTO organizations (organization_id, name) VALUES (\(organization.uuid), 'Library')")
            let log = try await EventLog.read(through: .pool(pool))
            _ = try await ToolSecretDesk(
                TenantDatabase(organization, in: pool, log: log), EndpointSecrets(setting: nil)
            ).get()
            let tools = ToolSimulator(on: calls.loop, ["find": .init(.result(.string("a book")), after: time)])
            let server = try await SimulatedWorld.open(on: calls.loop, tools: tools)
            let tool = Freeform.object([
                "name": .string("find"), "description": .string("Looks something up."), "kind": .string("http"),
                "url": .string("http://127.0.0.1:\(server.port)" + ToolSimulator.path(of: "find")),
                "timeout_ms": .integer(10_000), "mode": .string("sync"), "parameters": .object([:]),
            ])
            let result: Result<Void, any Error>
            do { result = .success(try await body(calls, pool, [tool])) } catch { result = .failure(error) }
            await server.server.drain(within: .seconds(2))
            try result.get()
        }
    }

    @Test func `a slow tool is bridged with a word, and answered with what it found`() async throws {
        try await Self.withTool(after: .milliseconds(3_500)) { calls, pool, tools in
            calls.telnyx.settings.keepsSound = true
            let answered = try await calls.answer(
                [.hear(), .say("please look it up."), .wait(60_000)], pool, tools: tools)
            let facts = try await Self.facts(of: answered, whenHeard: "It is a book.", calls, pool)
            #expect(
                facts.story
                    == StoryPart.begun + StoryPart.said + StoryPart.asked
                    + ["reply.requested", "tool.called", "reply.finished"] + StoryPart.said
                    + ["tool.returned"] + StoryPart.thought + StoryPart.said + StoryPart.over)
            // After the word they heard that somebody was there, until there was something to say; nothing of that is in the story.
            let bell = HoldSound.piece(from: 100, 200, .muLaw)
            let heard = try #require(answered.line.sound).agent
            #expect(heard.indices.contains { heard[$0...].starts(with: bell) })
            #expect(answered.line.clears == 1)
        }
    }

    @Test func `what a tool returns while the caller breaks in is kept, and they are answered`() async throws {
        try await Self.withTool(after: .milliseconds(3_000)) { calls, pool, tools in
            let answered = try await calls.answer(
                [
                    .hear(), .say("is it in the big book?"), .hearWords(4),
                    .say("actually, there is a question that I would very much like to have answered at first."),
                    .wait(60_000),
                ], pool, tools: tools)
            let facts = try await Self.facts(of: answered, whenHeard: "Please ask.", calls, pool)
            #expect(
                facts.story
                    == StoryPart.begun + StoryPart.said + StoryPart.asked
                    + ["reply.requested", "reply.first_token", "tool.called", "reply.finished"]
                    + [
                        "agent.started_speaking", "caller.started_speaking", "agent.interrupted", "agent.spoke",
                        "tool.returned", "caller.stopped_speaking", "caller.said", "turn.ended",
                    ] + StoryPart.thought + StoryPart.said + StoryPart.over)
            // Whoever thinks knows both.
            let question = calls.world.chat.stage.seen.documents.last.map {
                String(decoding: $0.bytes(), as: UTF8.self)
            }
            #expect(question?.contains("a book") == true && question?.contains("very much like") == true)
        }
    }

    /// Of a caller who hangs up when that was said.
    private static func facts(
        of call: CallsUnderTest.Answered, whenHeard end: String, _ calls: CallsUnderTest, _ pool: PostgresPool
    ) async throws -> [RecordedEvent] {
        try await calls.loop.until("what was to be heard", within: .seconds(20)) { call.line.heard.hasSuffix(end) }
        call.line.hangUpNow()
        return try await calls.facts(of: call.call, pool)
    }

    // MARK: - Ends

    /// Until the log has it.
    private static func until(
        _ type: String, _ call: CallsUnderTest.Answered, _ calls: CallsUnderTest, _ pool: PostgresPool
    ) async throws {
        let log = try await EventLog.read(through: .pool(pool))
        try await calls.loop.until(type, within: .seconds(20), every: .milliseconds(10)) {
            try await log.events(of: call.call.uuid, through: .pool(pool)).contains { $0.type == type }
        }
    }

    @Test func `whoever hangs up, in whatever state, ends the call there`() async throws {
        try await Self.with { calls, pool in
            let idle = try await calls.answer([.hear(quietFor: 500), .hangUp], pool)
            let facts = try await calls.facts(of: idle.call, pool)
            #expect(facts.story == StoryPart.begun + StoryPart.said + StoryPart.over, "idle")

            let talking = try await calls.answer(
                [.hear(), .say("there is so much that I would like to tell you about all of the last week.")], pool)
            try await Self.until("caller.started_speaking", talking, calls, pool)
            talking.line.hangUpNow()
            let told = try await calls.facts(of: talking.call, pool)
            #expect(
                told.story.filter { $0 != "caller.said" }
                    == StoryPart.begun + StoryPart.said + ["caller.started_speaking", "turn.ended"] + StoryPart.over,
                "listening")

            calls.world.chat.stage.plan(.slowBeginning(.seconds(60)))
            let waiting = try await calls.answer([.hear(), .say("a question please."), .wait(60_000)], pool)
            try await Self.until("reply.requested", waiting, calls, pool)
            waiting.line.hangUpNow()
            let thinking = try await calls.facts(of: waiting.call, pool)
            #expect(
                thinking.story
                    == StoryPart.begun + StoryPart.said + StoryPart.asked + ["reply.requested", "reply.finished"]
                    + StoryPart.over,
                "thinking")

            let listening = try await calls.answer([.hear(), .say("a story please."), .hearWords(4), .hangUp], pool)
            let spoken = try await calls.facts(of: listening.call, pool)
            #expect(spoken.story == StoryPart.begun + StoryPart.said + StoryPart.turn + StoryPart.over, "speaking")
            for call in [idle, talking, waiting, listening] {
                let end = try await calls.facts(of: call.call, pool).last
                #expect(try CallsUnderTest.member("ended_reason", of: end)?.text == "caller_hung_up")
            }
        }
    }

    @Test func `where no voice is left, tones say so, and the call ends`() async throws {
        try await Self.with { calls, pool in
            calls.telnyx.settings.keepsSound = true
            calls.world.cartesia.stage.plan(.refused(status: 500), .refused(status: 500), .refused(status: 500))
            let answered = try await calls.answer([.wait(60_000)], pool)
            let facts = try await calls.facts(of: answered.call, pool)
            // What is known of the caller is asked for beside the greeting.
            let story = (StoryPart.begun + ["provider.failed"] + StoryPart.over).filter { $0 != "context.loaded" }
            #expect(facts.story.filter { $0 != "context.loaded" } == story)
            #expect(try CallsUnderTest.member("ended_reason", of: facts.last)?.text == "voice_failed")
            let tones = FaultTones.sound(.muLaw)
            let heard = answered.line.sound?.agent ?? []
            let start = heard.indices.first { heard[$0...].starts(with: tones.prefix(160)) } ?? heard.endIndex
            #expect(heard[start...].starts(with: tones.dropLast(8_000)), "they were cut off")
        }
    }

    // MARK: - Redis

    @Test func `a call goes on while Redis is away, and its story is whole`() async throws {
        try await Loops.with { loops in
            let port = try FreePort.find()
            try await PrivateRedis.with(["--port", "\(port)"], on: loops.first) { redis in
                let server = redis.process.identifier
                try await Self.with(["REDIS_URL": "redis://127.0.0.1:\(port)"]) { calls, pool in
                    let answered = try await calls.answer(
                        [.hear(), .say("where is my order?"), .hear(), .say("a question please."), .hear(), .hangUp],
                        pool)
                    try await calls.loop.until("the greeting") { !answered.line.marks.isEmpty }
                    kill(server, SIGKILL)
                    let facts = try await calls.facts(of: answered.call, pool)
                    #expect(
                        facts.story == StoryPart.begun + StoryPart.said + StoryPart.turn + StoryPart.turn
                            + StoryPart.over)
                    #expect(answered.line.heard.hasSuffix("Please ask."))
                    #expect(calls.process.process.isRunning)
                }
            }
        }
    }
}
