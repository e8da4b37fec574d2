import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Webhooks that are taken together.
@Suite(.timeLimit(.minutes(2))) struct WebhookLineTests {
    private static let organization = UUID(value: 0xA1)

    /// A database with legs, each of a call whose log has begun.
    private struct Inbox {
        let pool: PostgresPool
        let log: EventLog
        let line: WebhookLine
        var calls: [UUID] = []

        func webhook(_ id: String, of place: Int, lane: Int16? = nil) -> WebhookDelivery {
            let call = calls[place]
            return WebhookDelivery(
                provider: "telnyx", id: id, signedAt: .now, bodyDigest: [1], verdict: .applied, leg: "leg-\(place)",
                legStream: call,
                target: .init(
                    stream: call, kind: .call, organization: WebhookLineTests.organization,
                    lane: lane ?? log.lane(of: call)),
                events: [event()])
        }

        /// All of one turn, as they stand.
        func take(_ deliveries: [WebhookDelivery]) async throws -> [WebhookInbox.Outcome] {
            let inbox = WebhookInbox(log)
            return try await withThrowingTaskGroup(of: (Int, WebhookInbox.Outcome).self) { group in
                for (place, delivery) in deliveries.enumerated() {
                    group.addTask(executorPreference: pool.loop) { (place, try await line.take(delivery, inbox)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
            }
        }

        /// Statements for several webhooks, webhooks that were in them, and those that went by themselves.
        var figures: [Int] { [line.statistics.batches, line.statistics.together, line.statistics.alone] }

        func count(_ sql: SQL) async throws -> Int { try await pool.query(sql).one.decode(Int.self) }
    }

    private static func with(legs: Int, _ body: @escaping @Sendable (Inbox) async throws -> Void) async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await Migrator(pool.configuration, on: pool.loop, folder: Services.repository + "/Migrations")
                    .apply()
                let log = try await EventLog.read(through: .pool(pool))
                var inbox = Inbox(pool: pool, log: log, line: WebhookLine(pool))
                for place in 0..<legs {
                    inbox.calls.append(.v7())
                    var first = inbox.webhook("first-\(place)", of: place)
                    first.legStream = nil
                    #expect(try await inbox.line.take(first, WebhookInbox(log)) == .taken(.applied))
                }
                #expect(
                    inbox.figures == [0, 0, legs], "a leg gets its call alone")
                try await body(inbox)
            }
        }
    }

    @Test func `what comes in one turn is one statement, one of each call`() async throws {
        try await Self.with(legs: 10) { inbox in
            let outcomes = try await inbox.take((0..<20).map { inbox.webhook("w\($0)", of: $0 % 10) })
            #expect(outcomes == Array(repeating: .taken(.applied), count: 20))
            #expect(inbox.figures == [2, 20, 10])
            #expect(try await inbox.count("SELECT count(*) FROM events") == 30)
            #expect(try await inbox.count("SELECT count(*) FROM webhook_inbox WHERE verdict = 'applied'") == 30)
            #expect(try await inbox.count("SELECT count(DISTINCT version) FROM events") == 3)
        }
    }

    @Test func `a batch is no larger than it may be`() async throws {
        let legs = WebhookLine.batchMax + 1
        try await Self.with(legs: legs) { inbox in
            let outcomes = try await inbox.take((0..<legs).map { inbox.webhook("w\($0)", of: $0) })
            #expect(Set(outcomes) == [.taken(.applied)])
            #expect(inbox.figures == [1, WebhookLine.batchMax, legs + 1])
            // What is too heavy for any batch goes by itself.
            var heavy = inbox.webhook("heavy", of: 0)
            let words = String(repeating: "a", count: WebhookLine.batchBytesMax)
            heavy.events = [event(.v7(), #"{"words":"\#(words)"}"#)]
            #expect(try await inbox.take([heavy]) == [.taken(.applied)])
            // Whoever finds the line full does not wait in it.
            let many = try await inbox.take(
                (0..<WebhookLine.waitingMax + 2).map { inbox.webhook("m\($0)", of: $0 % legs) })
            #expect(Set(many) == [.taken(.applied)])
            #expect(inbox.line.statistics.alone >= legs + 1 + 1 + 2)
            #expect(try await inbox.count("SELECT count(*) FROM events") == 2 * legs + 1 + WebhookLine.waitingMax + 2)
        }
    }

    @Test func `what is not plain holds up nobody, and has no effect`() async throws {
        try await Self.with(legs: 5) { inbox in
            var deliveries = (0..<5).map { inbox.webhook("w\($0)", of: $0) }
            // Taken before; and of a leg that is another call's by now.
            deliveries[1] = inbox.webhook("first-1", of: 1)
            deliveries[3].leg = "leg-4"
            deliveries.append(inbox.webhook("w0", of: 0))
            let outcomes = try await inbox.take(deliveries)
            #expect(
                outcomes == [
                    .taken(.applied), .taken(.duplicate), .taken(.applied), .moved, .taken(.applied),
                    .taken(.duplicate),
                ])
            #expect(inbox.line.statistics.together == 3)
            #expect(try await inbox.count("SELECT count(*) FROM events") == 8)
            #expect(try await inbox.count("SELECT count(*) FROM webhook_inbox") == 8)
        }
    }

    @Test func `a lane that is another by now undoes a batch, and each is taken by itself`() async throws {
        try await Self.with(legs: 3) { inbox in
            var deliveries = (0..<3).map { inbox.webhook("w\($0)", of: $0) }
            let lane = (inbox.log.lane(of: inbox.calls[0]) + 1) % inbox.log.lanes
            deliveries[0] = inbox.webhook("w0", of: 0, lane: lane)
            let outcomes = try await inbox.take(deliveries)
            #expect(Set(outcomes) == [.taken(.applied)])
            #expect(inbox.figures == [1, 0, 6])
            #expect(try await inbox.count("SELECT count(*) FROM events") == 6)
        }
    }

    @Test func `two lines that take the same webhooks take each once`() async throws {
        try await Self.with(legs: 4) { inbox in
            let other = Inbox(pool: inbox.pool, log: inbox.log, line: WebhookLine(inbox.pool), calls: inbox.calls)
            let deliveries = (0..<40).map { inbox.webhook("w\($0 % 20)", of: $0 % 4) }.shuffled()
            async let mine = inbox.take(deliveries)
            async let theirs = other.take(deliveries.shuffled())
            let outcomes = try await mine + theirs
            #expect(outcomes.count { $0 == .taken(.applied) } == 20)
            #expect(outcomes.count { $0 == .taken(.duplicate) } == 60)
            #expect(try await inbox.count("SELECT count(*) FROM events") == 24)
        }
    }
}
