import CallStories
import Crypto
import Domain
import Jobs
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// A log, and everybody who learns from it, step by step in one order, on one loop: that is why `@unchecked` holds.
final class LearningUnderTest: @unchecked Sendable {
    static let organization = UUID(value: 0xA1)

    let pool: PostgresPool
    let log: EventLog
    let sealing: Sealing?
    let embedder = WordPoints()
    /// Who looks at calls from now on.
    var analyst: any CallAnalyst = RuleAnalyst()
    /// Whoever works dies before the end of each transaction once, and has done all of it twice.
    let isChaotic: Bool
    /// Whether what agents were asked to keep is kept, too.
    let remembers: Bool
    private var positions: [Int16: Int64] = [:]

    init(_ pool: PostgresPool, _ log: EventLog, _ sealing: Sealing?, isChaotic: Bool, remembers: Bool) {
        (self.pool, self.log, self.sealing) = (pool, log, sealing)
        (self.isChaotic, self.remembers) = (isChaotic, remembers)
    }

    static func with(
        sealing: Sealing? = nil, chaotic: Bool = false, remembering: Bool = false,
        _ body: @escaping @Sendable (LearningUnderTest) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            try await withEmptyDatabase(on: loops.first) { url in
                try await withPool(at: url, on: loops.first) { pool in
                    let folder = Services.repository + "/Migrations"
                    try await Migrator(pool.configuration, on: loops.first, folder: folder).apply()
                    let log = try await EventLog.read(through: .pool(pool))
                    try await body(LearningUnderTest(pool, log, sealing, isChaotic: chaotic, remembers: remembering))
                }
            }
        }
    }

    private struct Killed: Error {}

    /// A transaction as a worker does it who may die.
    private func transaction(_ body: (PostgresSession) async throws -> Void) async throws {
        if isChaotic {
            await #expect(throws: Killed.self) {
                try await pool.withTransaction { session in
                    try await body(session)
                    throw Killed()
                }
            }
        }
        try await pool.withTransaction { try await body($0) }
        if isChaotic { try await pool.withTransaction { try await body($0) } }
    }

    // MARK: - Telling

    func tell(_ events: [NewEvent], to stream: UUID, _ kind: StreamKind = .call) async throws {
        let append = StreamAppend(to: stream, kind: kind, of: Self.organization, at: .next, events)
        _ = try await pool.withTransaction { try await log.append(append, in: $0) }
    }

    func tell(_ story: CallStory) async throws { try await tell(story.events, to: story.call) }

    func tell(_ fact: Fact, to stream: UUID, _ kind: StreamKind) async throws {
        try await tell([try NewEvent(fact, id: EventID(UUID.v7()), at: Instant(Timestamp.now))], to: stream, kind)
    }

    // MARK: - Learning

    private var consumers: [any Consumer] {
        [
            AnalysisConsumer(sealing: sealing, settling: .zero), LearningConsumer(sealing: sealing),
            CallsConsumer(sealing: sealing),
        ] + (remembers ? [CustomersConsumer(sealing: sealing), RememberingConsumer(sealing: sealing)] : [])
    }

    /// Until nothing is left to be done but embeddings.
    func settle() async throws {
        while true {
            var isDone = true
            for lane in 0..<log.lanes where try await project(lane, .due) > 0 { isDone = false }
            for job in try await jobs() {
                isDone = false
                try await work(job)
            }
            if isDone { return }
        }
    }

    private func project(_ lane: Int16, _ outward: OutwardEffects) async throws -> Int {
        let events = try await log.page(
            lane: lane, after: positions[lane] ?? 0, limit: 1_000, through: .pool(pool))
        guard let last = events.last else { return 0 }
        for consumer in consumers {
            try await transaction { try await consumer.apply(events, outward: outward, in: $0) }
        }
        positions[lane] = last.position
        return events.count
    }

    private func jobs() async throws -> [(id: Int64, kind: String, args: [UInt8])] {
        try await pool.query(
            """
            SELECT id, kind, args FROM jobs
            WHERE kind = \(MemoryErrand.rememberKind) OR queue = \(AnalysisJobs.queue) AND kind <> \(AnalysisJobs.embedding)
            ORDER BY id
            """
        ).map { row in
            let (id, kind, args) = try row.decode(Int64.self, String.self, JSON.self)
            return (id, kind, args.bytes)
        }
    }

    private func work(_ job: (id: Int64, kind: String, args: [UInt8])) async throws {
        let organization = OrganizationID(Self.organization)
        if job.kind == ForgettingJobs.calls {
            let customer = try #require(ForgettingJobs.customer(in: job.args))
            for _ in 0..<(isChaotic ? 2 : 1) { _ = try await ForgettingDesk(pool).forget(customer, of: organization) }
            try await pool.execute("DELETE FROM jobs WHERE id = \(job.id)")
            return
        }
        if job.kind == MemoryErrand.rememberKind {
            let asked = try #require(MemoryErrand.Asked(args: job.args))
            for _ in 0..<(isChaotic ? 2 : 1) { try await remember(asked.call.uuid, asked.version) }
            try await pool.execute("DELETE FROM jobs WHERE id = \(job.id)")
            return
        }
        if job.kind == AnalysisJobs.rerun || job.kind == AnalysisJobs.choosing {
            try await workWidely(job.kind, job.args, organization)
            try await pool.execute("DELETE FROM jobs WHERE id = \(job.id)")
            return
        }
        let call = try #require(AnalysisJobs.call(in: job.args))
        func end(_ session: PostgresSession) async throws {
            try await session.query("DELETE FROM jobs WHERE id = \(job.id)")
        }
        for round in 0..<(isChaotic ? 3 : 1) {
            let dies = isChaotic && round == 0
            do {
                switch job.kind {
                case AnalysisJobs.analysis:
                    _ = try await desk.analyze(call, of: organization) { session in
                        try await end(session)
                        if dies { throw Killed() }
                    }
                case AnalysisJobs.again:
                    let id = try #require(AnalysisJobs.run(in: job.args))
                    let run = try #require(try await AnalysisRunner.run(id, of: organization, through: pool))
                    _ = try await desk.analyze(call, of: organization, for: run) { session in
                        try await end(session)
                        if dies { throw Killed() }
                    }
                case AnalysisJobs.patterns:
                    let choice = AnalysisJobs.choice(in: job.args)
                    _ = try await PatternDesk(pool, log).learn(from: call, of: organization, choice: choice) {
                        session in
                        try await end(session)
                        if dies { throw Killed() }
                    }
                default: Issue.record("nobody knows \(job.kind)")
                }
            } catch is Killed {
                #expect(dies)
            }
        }
        // What there was nothing to say of has no transaction in which it could end.
        try await pool.execute("DELETE FROM jobs WHERE id = \(job.id)")
    }

    var desk: AnalysisDesk { AnalysisDesk(pool, log, sealing, by: analyst) }

    /// Page after page, each by somebody else.
    private func workWidely(_ kind: String, _ args: [UInt8], _ organization: OrganizationID) async throws {
        if kind == AnalysisJobs.rerun {
            let run = try #require(AnalysisJobs.run(in: args))
            while try await !AnalysisRunner(pool, desk).page(run, of: organization) {}
        } else {
            let number = try #require(AnalysisJobs.choice(in: args))
            while try await !LookChooser(pool, log, sealing).page(number, of: organization) {}
        }
    }

    /// As the workers' process does it.
    func remember(_ call: UUID, _ version: Int32) async throws {
        let organization = OrganizationID(Self.organization)
        let args = JSONValue.object([("call", .string(call.description)), ("version", .integer(Int64(version)))])
        let asked = try #require(MemoryErrand.Asked(args: args.bytes()))
        let teacher = MemoryTeacher(log, pool, sealing)
        var lesson = try #require(try await teacher.lesson(asked, of: organization))
        let customer = try #require(try await teacher.customer(of: asked.call, organization))
        lesson.likeness = try await places.likeness(of: lesson.content, customer, organization)
        try await MemoryDesk(tenant(), sealing, nil).remember(lesson, of: customer)
        _ = try await places.place()
    }

    private var places: MemoryEmbeddings { MemoryEmbeddings(pool, embedder, replacesOthers: false) }

    func embed() async throws -> EmbeddingDesk.Round {
        if remembers { while try await places.place() > 0 {} }
        return try await EmbeddingDesk(pool, by: embedder).work()
    }

    /// From the log alone.
    func rebuild() async throws {
        var tables = Self.tables.map(\.name) + ["memory_owners_v1", "learning_subjects_v1", "learning_calls_v1"]
        if remembers { tables += ["customer_handles", "customers_v1"] }
        for table in tables { try await pool.execute("DELETE FROM \(try Identifier(table))") }
        positions = [:]
        for lane in 0..<log.lanes {
            while try await project(lane, .muted) > 0 {}
        }
    }

    // MARK: - What came of it

    /// With what differs from one run to the next, and what is not built from the log.
    static let tables: [(name: String, when: [String], unbuilt: [String])] = [
        ("call_analyses_v1", ["analyzed_at"], []),
        ("search_texts_v1", ["said_at"], ["embedding", "embedding_space"]),
        ("pattern_sightings_v1", [], []), ("pattern_offers_v1", [], []),
        ("patterns_v1", ["created_at", "updated_at", "retired_at"], ["embedding", "embedding_space"]),
        ("memories_v1", ["created_at", "updated_at"], ["embedding", "embedding_space"]),
    ]

    /// Every row of every table, as it stands there.
    func digests(withTimes: Bool = true, withPlaces: Bool = false) async throws -> [String: String] {
        var digests: [String: String] = [:]
        for table in Self.tables {
            let left = (withPlaces ? [] : table.unbuilt) + (withTimes ? [] : table.when)
            digests[table.name] = try await pool.query(
                """
                SELECT coalesce(md5(string_agg(j::text, '|' ORDER BY j::text)), 'none')
                FROM (SELECT to_jsonb(t) - \(left) AS j FROM \(try Identifier(table.name)) AS t) AS rows
                """
            ).one.decode(String.self)
        }
        return digests
    }

    func count(_ table: String) async throws -> Int {
        try await pool.query("SELECT count(*) FROM \(try Identifier(table))").one.decode(Int.self)
    }

    func tenant() -> TenantDatabase { TenantDatabase(OrganizationID(Self.organization), in: pool, log: log) }
}

/// Texts as the words they share, and some words as what they mean: enough to be told apart by what was looked for.
struct WordPoints: Embedder {
    let space = EmbeddingSpace(provider: "test", model: "words", version: 1, sameMeaning: 0.5)

    private static let meanings = ["parcel": "order", "package": "order", "visit": "appointment"]

    func embed(_ texts: [Private<String>]) async throws -> [Embedding] {
        texts.map { text in
            var values = [Float](repeating: 0, count: 256)
            for word in SpokenWords.meaning(SpokenWords.of(text.revealed)) {
                let word = Self.meanings[word] ?? word
                let hash = word.utf8.reduce(UInt32(5381)) { $0 &* 33 ^ UInt32($1) }
                values[Int(hash % 255) + 1] += 1
            }
            return Embedding(values, in: space) ?? Embedding(unitIn: space)
        }
    }
}
