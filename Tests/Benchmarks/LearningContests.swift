import CallStories
import Crypto
import Domain
import Foundation
import Loop
import Postgres
import Store
import Wire

/// Foundation has one too.
private typealias UUID = Crypto.UUID

/// Whether learning keeps up with the calls that end.
enum LearningContests {
    static let all = [learning]

    static let calls = 1_000
    private static let perSecond = 50.0

    private static let learning = Contest(
        name: "learning",
        question:
            "1,000 calls that are over, learned from by one process of workers: calls per second of its CPU but for embeddings",
        peer: "the limit", unit: "calls/s", goal: .atLeast(1), rounds: 1
    ) { body in
        let bench = try LearningBench()
        defer { bench.clear() }
        try bench.fill(calls)
        try body({ try bench.learned() }, { Figure(perSecond) })
    }
}

/// A database of its own with calls that are over, and the workers' own process over it.
struct LearningBench {
    private static let database = "learning_bench"
    private static let organization = UUID(value: 0xA1)
    private static let port: UInt16 = 19_113
    private static let patience = Duration.seconds(600)

    private let owner: String
    private let own: String

    init() throws {
        owner = try StoreContests.address("DATABASE_OWNER_URL")
        own = try Self.address(owner)
    }

    func clear() {
        do {
            let (owner, name) = (self.owner, try Identifier(Self.database))
            try Loops.run(1, name: "clear") { loops in
                let pool = PostgresPool(try PostgresConfiguration(owner), on: loops.first)
                try await pool.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
                await pool.close()
            }
        } catch { print("  the database \(Self.database) stayed behind: \(error)") }
    }

    private static func address(_ url: String) throws -> String {
        guard var parts = URLComponents(string: url) else { throw Trouble("\(url) is no URL") }
        parts.path = "/" + database
        guard let text = parts.string else { throw Trouble("\(url) can't name another database") }
        return text
    }

    /// What customers ask of two agents, five times the scripted history.
    func fill(_ count: Int) throws {
        let (owner, own) = (owner, own)
        try Loops.run(1, name: "fill") { loops in
            let name = try Identifier(Self.database)
            let server = PostgresPool(try PostgresConfiguration(owner), on: loops.first)
            try await server.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
            try await server.execute("CREATE DATABASE \(name)")
            await server.close()
            let configuration = try PostgresConfiguration(own)
            try await Migrator(configuration, on: loops.first, folder: "Migrations").apply()
            let pool = PostgresPool(configuration, on: loops.first)
            let log = try await EventLog.read(through: .pool(pool))
            for story in try CallStory.history(count, customers: count / 10) {
                let append = StreamAppend(
                    to: story.call, kind: .call, of: Self.organization, at: .next, story.events)
                _ = try await pool.withTransaction { try await log.append(append, in: $0) }
            }
            try await pool.execute("ANALYZE events")
            await pool.close()
        }
    }

    /// From the start of the process until every call was looked at, every pattern weighed and every text has its place.
    func learned() throws -> Figure {
        let program = URL(filePath: Child.ownPath).deletingLastPathComponent().appending(path: "ledgerline-workers")
            .path
        guard access(program, X_OK) == 0 else {
            throw Trouble("\(program) is not there: build it as this was built, with --product ledgerline-workers")
        }
        let url = try Self.address(StoreContests.address("DATABASE_URL"))
        let workers = try Child(
            core: nil, program, [],
            environment: [
                "DATABASE_URL": url, "PORT": "\(Self.port)", "LEDGERLINE_LOOPS": "1", "LEDGERLINE_SETTLED_AFTER": "0s",
                "LEDGERLINE_LOG_FORMAT": "json",
            ], silent: true)
        defer { workers.stop() }
        let began = Moment.now
        let own = own
        let (calls, texts) = try Loops.run(1, name: "learning") { loops in
            let pool = PostgresPool(try PostgresConfiguration(own), on: loops.first)
            let deadline = Moment.now + Self.patience
            while true {
                let (isDone, calls, texts) = try await pool.query(
                    """
                    SELECT count(*) = \(LearningContests.calls)
                            AND NOT EXISTS (SELECT FROM jobs WHERE kind IN ('analyze_call', 'learn_patterns'))
                            AND NOT EXISTS (SELECT FROM search_texts_v1 WHERE embedding IS NULL),
                        count(*), (SELECT count(*) FROM embedding_cache)
                    FROM call_analyses_v1
                    """
                ).one.decode(Bool.self, Int.self, Int.self)
                if isDone {
                    await pool.close()
                    return (calls, texts)
                }
                guard Moment.now < deadline else { throw Trouble("only \(calls) calls were learned from") }
                try await loops.first.sleep(for: .milliseconds(200))
            }
        }
        let took = (Moment.now - began).inSeconds
        let all = Double(Accounts.processorTime(of: workers.identifier)) / 1e9
        let embedding = Double(Accounts.threadTime(of: workers.identifier, named: "embed")) / 1e9
        return Figure(
            Double(calls) / (all - embedding),
            note:
                "(\((Double(calls) / took).short) calls/s of wall time; \((Double(texts) / embedding).short) texts/s by the thread that embeds)"
        )
    }
}
