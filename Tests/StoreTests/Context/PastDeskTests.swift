import CallStories
import Crypto
import Domain
import Glibc
import Postgres
import Redis
import Store
import TestKit
import Testing
import Wire

/// How far calls got that somebody takes over: kept in Redis, and in the log.
@Suite(.timeLimit(.minutes(2))) struct PastDeskTests {
    private static let organization = OrganizationID(LogUnderTest.organization)
    private static let word = "xylophone"
    private static let house = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    /// A call that is let go in the middle of an answer.
    private static func story(_ number: Int = 0) throws -> CallStory {
        var story = try CallStory(number)
        try story.agent("Hello, this is the order desk.")
        try story.caller("where is my \(word)")
        try story.tool("find_order", ["number": .integer(4271)], gives: .object(["status": .string("shipped")]))
        try story.agent("It left us on Monday.")
        try story.caller("and when will it be here")
        try story.add(.mediaLost(MediaLost(media: "m1", reason: .closedByUs)))
        return story
    }

    private static func tell(
        _ events: ArraySlice<NewEvent>, of call: UUID, _ test: ConsumersUnderTest, sealedWith key: SubjectKey? = nil
    ) async throws {
        let sealed = try events.map { event in
            guard let key,
                case .fact(let fact) = try EventCodec.decode(
                    type: event.type, schemaVersion: event.schemaVersion, payload: event.payload)
            else { return event }
            return try NewEvent(
                fact, id: EventID(event.id), at: Instant(event.occurredAt), in: call, sealedWith: key)
        }
        let append = StreamAppend(to: call, kind: .call, of: LogUnderTest.organization, at: .next, sealed)
        let verdict = try await test.test.appender.append(append)
        try #require(verdict.receipt != nil)
    }

    private static func tell(_ story: CallStory, _ test: ConsumersUnderTest) async throws {
        try await tell(story.events[...], of: story.call, test)
    }

    private static func key(_ call: UUID) -> String { "call:past:\(call)" }

    @Test func `what Redis keeps and what the log says is the same, and only what came since is read`() async throws {
        try await ConsumersUnderTest.withRedis { test, redis in
            var story = try Self.story()
            try await Self.tell(story, test)
            let call = CallID(story.call)
            let desk = PastDesk(redis, test.pool, nil)
            let first = try await desk.past(of: call, of: Self.organization, in: test.log)
            #expect(first.events == story.events.count)
            #expect(first.past?.messages.count == 5 && first.past?.count == 1)
            let second = try await desk.past(of: call, of: Self.organization, in: test.log)
            #expect(second.events == 0 && second.past == first.past)

            // Somebody takes it over, and lets it go as well.
            let before = story.events.count
            try story.add(.mediaResumed(MediaResumed(media: "m2", codec: .pcmu, sampleRate: 8_000, gap: 700)))
            try await Self.tell(story.events[before...], of: story.call, test)
            let taken = try await desk.past(of: call, of: Self.organization, in: test.log)
            #expect(taken.events == 1 && taken.past == nil)
            let resumed = story.events.count
            try story.agent("Tomorrow.")
            try story.caller("thank you")
            try story.add(.mediaLost(MediaLost(media: "m2", reason: .closedByUs)))
            try await Self.tell(story.events[resumed...], of: story.call, test)
            let third = try await desk.past(of: call, of: Self.organization, in: test.log)
            #expect(third.events == story.events.count - resumed)
            #expect(third.past?.messages.count == 6 && third.past?.count == 2)
            // The same from the log alone.
            _ = try await redis.command("FLUSHALL")
            let built = try await desk.past(of: call, of: Self.organization, in: test.log)
            #expect(built.events == story.events.count && built.past == third.past)
            #expect(try await desk.past(of: call, of: Self.organization, in: test.log).events == 0)

            let foreign = try await desk.past(of: call, of: OrganizationID(UUID.v7()), in: test.log)
            #expect(foreign.past == nil, "another house's call is none")
            let none = try await desk.past(of: CallID(UUID.v7()), of: Self.organization, in: test.log)
            #expect(none.past == nil && none.events == 0)
        }
    }

    @Test func `who asks again keeps it alive, and what is over or too long is not kept`() async throws {
        try await ConsumersUnderTest.withRedis { test, redis in
            var story = try Self.story()
            try await Self.tell(story, test)
            let (call, key) = (CallID(story.call), Self.key(story.call))
            let desk = PastDesk(redis, test.pool, nil)
            _ = try await desk.past(of: call, of: Self.organization, in: test.log)
            let whole = Int(PastDesk.lifetime.components.seconds) * 1_000
            let left = try await redis.command("PTTL", .text(key)).integer ?? 0
            #expect((1...whole).contains(left))
            try await redis.expire(key, after: PastDesk.lifetime / 2)
            _ = try await desk.past(of: call, of: Self.organization, in: test.log)
            #expect(try await redis.command("PTTL", .text(key)).integer ?? 0 > whole / 2 + 1_000)

            // As long as it may be, and a letter more than that.
            let kept = try #require(try await redis.get(key)).count
            let end = story.events.count
            try story.agent(String(repeating: "a", count: PastDesk.bytesMax - kept - 200))
            try await Self.tell(story.events[end...], of: story.call, test)
            #expect(try await desk.past(of: call, of: Self.organization, in: test.log).events == 1)
            #expect(try await desk.past(of: call, of: Self.organization, in: test.log).events == 0)
            let most = try await redis.get(key)?.count ?? 0
            #expect((PastDesk.bytesMax - 400...PastDesk.bytesMax).contains(most))
            let long = story.events.count
            try story.agent(String(repeating: "b", count: 400))
            try await Self.tell(story.events[long...], of: story.call, test)
            let beyond = try await desk.past(of: call, of: Self.organization, in: test.log)
            #expect(beyond.events == 1 && beyond.past?.messages.count == 7)
            #expect(try await redis.get(key) == nil)
            let again = try await desk.past(of: call, of: Self.organization, in: test.log)
            #expect(again.events == story.events.count && again.past == beyond.past)

            let other = try Self.story(1)
            try await Self.tell(other, test)
            _ = try await desk.past(of: CallID(other.call), of: Self.organization, in: test.log)
            #expect(try await redis.get(Self.key(other.call)) != nil)
            var ended = other
            try ended.end()
            try await Self.tell(ended.events[other.events.count...], of: other.call, test)
            let over = try await desk.past(of: CallID(other.call), of: Self.organization, in: test.log)
            #expect(over.past == nil)
            #expect(try await redis.get(Self.key(other.call)) == nil)
        }
    }

    @Test func `where the house seals, no word stands in Redis, and of an erased call nothing opens`() async throws {
        try await ConsumersUnderTest.withRedis { test, redis in
            let sealing = try Sealing(setting: Self.house)
            let desk = PastDesk(redis, test.pool, sealing)
            let stories = [try Self.story(1), try Self.story(2)]
            for story in stories {
                let key = try await sealing.callKey(CallID(story.call), Self.organization, through: test.pool).key
                try await Self.tell(story.events[...], of: story.call, test, sealedWith: key)
            }
            let call = CallID(stories[0].call)
            let first = try await desk.past(of: call, of: Self.organization, in: test.log)
            #expect(first.past?.messages.count == 5)
            let kept = try #require(try await redis.get(Self.key(stories[0].call)))
            #expect(!String(decoding: kept, as: UTF8.self).contains(Self.word))
            #expect(try await desk.past(of: call, of: Self.organization, in: test.log).events == 0)
            // Of the other call, whose story is the same, it opens nothing; nor does who has no key, or another.
            try await redis.set(Self.key(stories[1].call), to: kept)
            let other = try await desk.past(of: CallID(stories[1].call), of: Self.organization, in: test.log)
            #expect(other.events == stories[1].events.count && other.past?.messages.count == 5)
            try await redis.set(Self.key(stories[1].call), to: kept)
            let blind = try await PastDesk(redis, test.pool, nil).past(
                of: CallID(stories[1].call), of: Self.organization, in: test.log)
            #expect(blind.events == stories[1].events.count)

            #expect(try await desk.calls() == Set(stories.map { CallID($0.call) }))
            try await test.pool.withTransaction { session in
                _ = try await Sealing.destroyKeys(of: call.uuid, LogUnderTest.organization, in: session)
            }
            let erased = try await desk.past(of: call, of: Self.organization, in: test.log)
            #expect(erased.events == stories[0].events.count, "what is kept is not looked at")
            #expect(
                erased.past?.messages.contains { message in
                    if case .caller(_, let text) = message { text.revealed.contains(Self.word) } else { false }
                } == false)
            try await desk.forget([call])
            #expect(try await redis.get(Self.key(call.uuid)) == nil)
            #expect(try await desk.calls() == [CallID(stories[1].call)])
            _ = try await desk.past(of: call, of: Self.organization, in: test.log)
            #expect(try await redis.get(Self.key(call.uuid)) == nil, "nothing more is kept of it")
        }
    }

    @Test func `what was kept of another log is not believed, nor what nobody of ours has written`() async throws {
        try await ConsumersUnderTest.withRedis { test, redis in
            let (one, other) = (try Self.story(1), try Self.story(2))
            for story in [one, other] { try await Self.tell(story, test) }
            let desk = PastDesk(redis, test.pool, nil)
            let honest = try await desk.past(of: CallID(other.call), of: Self.organization, in: test.log).past
            _ = try await desk.past(of: CallID(one.call), of: Self.organization, in: test.log)
            let kept = try #require(try await redis.get(Self.key(one.call)))
            // As long as the other one's, and with other events.
            var later = kept
            later[4] += 1
            for bytes in [kept, later, Array(kept.dropLast()), [0] + kept, [], [1], kept + [0]] {
                try await redis.set(Self.key(other.call), to: bytes)
                let read = try await desk.past(of: CallID(other.call), of: Self.organization, in: test.log)
                #expect(read.events == other.events.count && read.past == honest)
            }
        }
    }

    @Test func `where Redis is away, the log has it all the same`() async throws {
        try await ConsumersUnderTest.with { test in
            try await PrivateRedis.with(on: test.loop) { server in
                try await test.client(server) { redis in
                    let story = try Self.story()
                    try await Self.tell(story, test)
                    let call = CallID(story.call)
                    let desk = PastDesk(redis, test.pool, nil)
                    let there = try await desk.past(of: call, of: Self.organization, in: test.log)
                    server.process.send(SIGKILL)
                    try await test.loop.until("Redis' end") { redis.health.condition != .connected }
                    let away = try await desk.past(of: call, of: Self.organization, in: test.log)
                    #expect(away.events == story.events.count && away.past == there.past && away.past != nil)
                }
            }
        }
    }
}
