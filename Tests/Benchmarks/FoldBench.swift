import Crypto
import Domain
import Loop
import Postgres
import Store
import Wire

/// A lane's worth of calls in memory, and read models in a schema of their own.
struct FoldBench {
    private let configuration: PostgresConfiguration
    private let owner: PostgresConfiguration
    private let schema: Identifier
    private static let organization = UUID(value: 0xA1)

    init() throws {
        owner = try PostgresConfiguration(StoreContests.address("DATABASE_OWNER_URL"))
        schema = try Identifier("fold_bench")
        var configuration = owner
        configuration.searchPath = try [schema, Identifier("public")]
        self.configuration = configuration
    }

    func clear() { try? withPool(owner) { try await Self.drop(schema, $0) } }

    private static func drop(_ schema: Identifier, _ pool: PostgresPool) async throws {
        try await pool.execute("DROP SCHEMA IF EXISTS \(schema) CASCADE")
    }

    private func prepare() throws {
        let schema = schema
        try withPool(owner) { pool in
            try await Self.drop(schema, pool)
            try await pool.execute("CREATE SCHEMA \(schema)")
        }
        let configuration = configuration
        _ = try Loops.run(1, name: "fold") { loops in
            try await Migrator(configuration, on: loops.first, folder: "Migrations").apply()
        }
    }

    private func withPool(
        _ configuration: PostgresConfiguration, _ body: @escaping @Sendable (PostgresPool) async throws -> Void
    ) throws {
        try Loops.run(1, name: "fold") { loops in
            let pool = PostgresPool(configuration, on: loops.first)
            let result: Result<Void, any Error>
            do { result = .success(try await body(pool)) } catch { result = .failure(error) }
            await pool.close()
            try result.get()
        }
    }

    // MARK: - Ours

    func fold(_ events: [RecordedEvent], _ pageSize: Int) throws -> Figure {
        try prepare()
        let began = Moment.now
        let spent = Accounts.ownTime()
        try withPool(configuration) { pool in
            let consumer = CallsConsumer()
            for start in stride(from: 0, to: events.count, by: pageSize) {
                let page = Array(events[start..<min(start + pageSize, events.count)])
                try await pool.withTransaction { try await consumer.apply(page, in: $0) }
            }
        }
        let own = Double(Accounts.ownTime() - spent) / Double(events.count) / 1_000
        return Figure(Double(events.count) / (Moment.now - began).inSeconds, note: "(own CPU \(own.short) µs/event)")
    }

    // MARK: - Theirs

    func upserts(_ events: ArraySlice<RecordedEvent>) throws -> Figure {
        try prepare()
        let began = Moment.now
        try withPool(configuration) { pool in
            try await pool.execute("CREATE TABLE bare (call_id uuid PRIMARY KEY, version int, said jsonb)")
            try await pool.withTransaction { session in
                for event in events {
                    try await session.query(
                        """
                        INSERT INTO bare VALUES (\(event.stream), \(event.version), \(JSON(event.payload)))
                        ON CONFLICT (call_id) DO UPDATE SET version = excluded.version, said = excluded.said
                        """)
                }
            }
        }
        return Figure(Double(events.count) / (Moment.now - began).inSeconds)
    }

    // MARK: - Calls

    /// A hundred calls at a time, of nine turns each.
    func events(_ count: Int) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        while events.count < count {
            let calls = try (0..<100).map { _ in (stream: UUID.v7(), call: try Self.call()) }
            for version in 0..<(calls.first?.call.count ?? 0) {
                for (stream, call) in calls {
                    let event = call[version]
                    events.append(
                        RecordedEvent(
                            lane: 1, position: Int64(events.count) + 1, stream: stream, version: Int32(version) + 1,
                            id: event.id, organization: Self.organization, type: event.type,
                            schemaVersion: event.schemaVersion, occurredAt: event.occurredAt,
                            recordedAt: event.occurredAt, payload: event.payload))
                }
            }
        }
        return Array(events.prefix(count))
    }

    private static func call() throws -> [NewEvent] {
        let text = Private(String(repeating: "so I was told to call again ", count: 3))
        let leg = CarrierLeg(carrier: "telnyx", control: "\(UUID.v7())")
        var facts: [CallEvent] = [
            .callRequested(
                CallRequested(
                    direction: .outbound, to: Private("+4930123456"), agent: AgentID(value: 1), agentVersion: 1)),
            .callDialed(CallDialed(leg: leg)), .callRinging(CallRinging(leg: leg)),
            .callAnswered(CallAnswered(answeredBy: .human)),
        ]
        for turn in 0..<9 {
            let (id, reply) = (TurnID(value: UUID.v7().value), ReplyID(value: UUID.v7().value))
            let utterance = UtteranceID(value: UUID.v7().value)
            let at = Milliseconds(Int64(turn) * 5_000)
            facts += [
                .callerStartedSpeaking(CallerStartedSpeaking(mediaAt: at)),
                .callerSaid(
                    CallerSaid(turn: id, text: text, startedAt: at, endedAt: at, finalAfter: 150, provider: "ears")),
                .turnEnded(TurnEnded(turn: id, reason: .silence, silence: 500, endpointing: 520)),
                .replyRequested(ReplyRequested(reply: reply, turn: id, provider: "mind", model: "m")),
                .replyFirstToken(ReplyFirstToken(reply: reply, turn: id, provider: "mind", model: "m", took: 310)),
                .agentStartedSpeaking(
                    AgentStartedSpeaking(utterance: utterance, turn: id, voiceFirstByte: 120, perceived: 1_000)),
                .agentSpoke(
                    AgentSpoke(
                        utterance: utterance, turn: id, generated: text, heard: text, heardFor: 3_000,
                        isInterrupted: false, voice: "v", provider: "throat")),
            ]
        }
        facts.append(.callEnded(CallEnded(reason: .callerHungUp, faultOwner: .caller, isBillable: true)))
        let start = Timestamp.now.microseconds
        return try facts.enumerated().map { place, fact in
            try NewEvent(
                .call(fact), id: EventID(value: UUID.v7().value),
                at: Instant(microseconds: start + Int64(place) * 1_000_000))
        }
    }
}
