package import Crypto
package import Postgres

/// What consumers could not apply: to look at, to try again, to give up on. For whoever speaks for people; it needs no
/// consumer's code. What it is asked to try again the consumer's workers do.
package final class DeadLetters: Sendable {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    /// Whose letters.
    package enum Scope: Hashable, Sendable {
        /// Everybody's: for who runs the installation.
        case all
        case consumer(ConsumerName)
        case organization(UUID)
        case both(ConsumerName, UUID)

        fileprivate var consumer: String? {
            switch self {
            case .consumer(let name), .both(let name, _): name.description
            case .all, .organization: nil
            }
        }

        fileprivate var organization: UUID? {
            switch self {
            case .organization(let id), .both(_, let id): id
            case .all, .consumer: nil
            }
        }
    }

    /// Letters in the order in which they came, a page at a time: `after` is the id of the last one seen.
    package func letters(
        of scope: Scope, state: DeadLetter.State = .parked, after: Int64 = 0, limit: Int = ConsumerLimits.listPageMax
    ) async throws -> [DeadLetter] {
        try await pool.query(
            """
            SELECT \(DeadLetter.columns) FROM dead_letters
            WHERE (\(scope.consumer) IS NULL OR consumer = \(scope.consumer))
                AND (\(scope.organization) IS NULL OR organization_id = \(scope.organization))
                AND state = \(state.rawValue) AND id > \(after)
            ORDER BY id LIMIT \(Int64(min(limit, ConsumerLimits.listPageMax)))
            """
        ).map { try DeadLetter($0) }
    }

    /// The streams that wait, those that have waited longest first.
    package func parkedStreams(of scope: Scope, limit: Int = ConsumerLimits.listPageMax) async throws -> [ParkedStream]
    {
        try await pool.query(
            """
            SELECT consumer, stream_id, organization_id, lane, first_position, letters, since, replay_asked_at IS NOT NULL
            FROM parked_streams
            WHERE (\(scope.consumer) IS NULL OR consumer = \(scope.consumer))
                AND (\(scope.organization) IS NULL OR organization_id = \(scope.organization))
            ORDER BY since, stream_id LIMIT \(Int64(min(limit, ConsumerLimits.listPageMax)))
            """
        ).map { try ParkedStream($0) }
    }

    /// Asks the consumer's workers to apply what waits of a stream. They go on with it until it is done or fails again,
    /// whoever of them dies meanwhile. Answers whether the stream is parked at all.
    @discardableResult
    package func askForReplay(_ ruling: LetterRuling) async throws -> Bool {
        try await pool.withTransaction { try await Self.askForReplay(ruling, in: $0) }
    }

    static func askForReplay(_ ruling: LetterRuling, in session: PostgresSession) async throws -> Bool {
        try await session.query(
            """
            UPDATE parked_streams SET replay_asked_at = clock_timestamp(), replay_asked_by = \(ruling.person)
            WHERE consumer = \(ruling.consumer.description) AND stream_id = \(ruling.stream)
            """
        ).affected == 1
    }

    /// Gives up on letters of one stream, for good. What waits behind them waits on, until it is replayed; a stream of which
    /// nothing waits is free again. Answers how many were discarded.
    @discardableResult
    package func discard(_ ids: [Int64], _ ruling: LetterRuling) async throws -> Int {
        try await pool.withTransaction { try await Self.discard(ids, ruling, in: $0) }
    }

    static func discard(_ ids: [Int64], _ ruling: LetterRuling, in session: PostgresSession) async throws -> Int {
        let (name, stream) = (ruling.consumer.description, ruling.stream)
        let parked = try await session.query(
            "SELECT FROM parked_streams WHERE consumer = \(name) AND stream_id = \(stream) FOR UPDATE")
        if parked.isEmpty { return 0 }
        let count = try await session.query(
            """
            UPDATE dead_letters
            SET state = 'discarded', decided_by = \(ruling.person), decided_at = clock_timestamp()
            WHERE consumer = \(name) AND stream_id = \(stream) AND state = 'parked' AND id = ANY (\(ids))
            """
        ).affected
        try await ParkedStreams(of: ruling.consumer).tookOut(count, of: stream, in: session)
        return count
    }
}

/// Which stream somebody decides about, for which consumer, and who.
package struct LetterRuling: Hashable, Sendable {
    package let consumer: ConsumerName
    package let stream: UUID
    package let person: UUID

    package init(on stream: UUID, for consumer: ConsumerName, by person: UUID) {
        self.stream = stream
        self.consumer = consumer
        self.person = person
    }
}
