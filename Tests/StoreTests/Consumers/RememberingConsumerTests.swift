import Crypto
import Domain
import Jobs
import Postgres
import Store
import Testing
import Wire

/// What agents are asked to remember becomes work, once for each time that it was asked.
@Suite(.timeLimit(.minutes(2))) struct RememberingConsumerTests {
    private static func ask(_ names: [String], in call: UUID, _ test: ConsumersUnderTest) async throws {
        let events = try names.map { name in
            let use = ToolCalled(
                toolCall: ToolCallID(UUID.v7()), name: name,
                arguments: Private(.object(["text": .string("likes tea")])), idempotencyKey: "key")
            return try NewEvent(.call(.toolCalled(use)), id: EventID(UUID.v7()), at: Instant(Timestamp.now))
        }
        let append = StreamAppend(to: call, kind: .call, of: LogUnderTest.organization, at: .next, events)
        _ = try await test.test.appender.append(append)
    }

    /// In the order of their versions; that of jobs is nobody's promise.
    private static func jobs(_ test: ConsumersUnderTest) async throws -> [MemoryErrand.Asked] {
        try await test.pool.query(
            "SELECT args::text FROM jobs WHERE kind = 'remember' AND organization_id = \(LogUnderTest.organization)"
        ).compactMap { MemoryErrand.Asked(args: Array(try $0.decode(String.self).utf8)) }.sorted {
            $0.version < $1.version
        }
    }

    @Test func `each use of the tool is a job that says where it was asked, and other tools are none`() async throws {
        try await ConsumersUnderTest.with { test in
            let call = UUID.v7()
            try await Self.ask(["remember", "find_card", "remember"], in: call, test)
            let consumer = RememberingConsumer()
            try await test.working(test.worker(consumer)) { try await test.untilDone(consumer.name.description) }
            let jobs = try await Self.jobs(test)
            #expect(jobs.map(\.version) == [1, 3] && jobs.allSatisfy { $0.call == CallID(call) })
            #expect(MemoryErrand.Asked(args: Array(#"{"call":"x","version":1}"#.utf8)) == nil)

            // Read again, as after an answer that was lost: nothing is asked twice. And a rebuild asks nothing at all.
            let events = try await test.log.events(of: call, through: .pool(test.pool))
            try await test.pool.withTransaction { try await consumer.apply(events, outward: .due, in: $0) }
            #expect(try await Self.jobs(test) == jobs)
            try await test.pool.execute("DELETE FROM jobs")
            try await test.pool.withTransaction { try await consumer.apply(events, outward: .muted, in: $0) }
            #expect(try await Self.jobs(test).isEmpty)
        }
    }
}
