import Crypto
import Postgres

/// The streams of one consumer that wait behind an event, as those see them who add letters.
final class ParkedStreams: Sendable {
    let consumer: ConsumerName
    private var name: String { consumer.description }

    init(of consumer: ConsumerName) { self.consumer = consumer }

    /// Adds those of the events to the letters whose streams are parked, and answers which streams those are.
    ///
    /// Their rows are locked first, in one order: a replay that has one lets us wait, and when it has emptied it, the stream
    /// is no longer parked and its events are applied.
    func divert(_ events: [RecordedEvent], in session: PostgresSession) async throws -> Set<UUID> {
        let streams = Array(Set(events.map(\.stream)))
        let rows = try await session.query(
            """
            SELECT stream_id FROM parked_streams WHERE consumer = \(name) AND stream_id = ANY (\(streams))
            ORDER BY stream_id FOR UPDATE
            """)
        let parked = Set(try rows.map { try $0.decode(UUID.self) })
        if parked.isEmpty { return [] }
        try await add(events.filter { parked.contains($0.stream) }, .behind, attempts: 0, in: session)
        return parked
    }

    /// Parks the stream of an event that has failed for the last time.
    func park(_ event: RecordedEvent, _ note: FailureNote, attempts: Int32, in session: PostgresSession) async throws {
        try await session.query(
            """
            INSERT INTO parked_streams (consumer, stream_id, organization_id, lane, first_position, letters)
            VALUES (\(name), \(event.stream), \(event.organization), \(event.lane), \(event.position), 0)
            ON CONFLICT (consumer, stream_id) DO NOTHING
            """)
        try await add([event], note, attempts: attempts, in: session)
    }

    private func add(_ events: [RecordedEvent], _ note: FailureNote, attempts: Int32, in session: PostgresSession)
        async throws
    {
        let lanes = events.map(\.lane)
        let positions = events.map(\.position)
        try await session.executeBatch([
            """
            INSERT INTO dead_letters
                (consumer, stream_id, event_id, organization_id, lane, position, version, attempts, error_class, error)
            SELECT \(name), e.stream_id, e.event_id, e.organization_id, e.lane, e.position, e.version,
                coalesce(f.attempts, \(attempts)), coalesce(f.error_class, \(note.errorClass)),
                coalesce(f.error, \(note.text))
            FROM unnest(\(lanes), \(positions)) AS l(lane, position)
            JOIN events e ON e.lane = l.lane AND e.position = l.position
            LEFT JOIN consumer_failures f
                ON \(attempts > 0) AND f.consumer = \(name) AND f.lane = e.lane AND f.position = e.position
            ORDER BY e.position
            """,
            """
            UPDATE parked_streams p SET letters = letters + added.count
            FROM (
                SELECT e.stream_id, count(*) FROM unnest(\(lanes), \(positions)) AS l(lane, position)
                JOIN events e ON e.lane = l.lane AND e.position = l.position GROUP BY e.stream_id
            ) AS added
            WHERE p.consumer = \(name) AND p.stream_id = added.stream_id
            """,
        ])
    }
}

extension ParkedStreams {
    /// Counts letters that wait no more. With none left the stream is free again.
    func tookOut(_ count: Int, of stream: UUID, in session: PostgresSession) async throws {
        try await session.executeBatch([
            """
            UPDATE parked_streams SET letters = letters - \(Int64(count))
            WHERE consumer = \(name) AND stream_id = \(stream)
            """,
            """
            DELETE FROM parked_streams p WHERE consumer = \(name) AND stream_id = \(stream)
                AND NOT EXISTS (SELECT FROM dead_letters d
                    WHERE d.consumer = p.consumer AND d.stream_id = p.stream_id AND d.state = 'parked')
            """,
        ])
    }

    /// The streams in these lanes that somebody asked to be tried again.
    func toReplay(in lanes: [Int16], limit: Int, through source: LogSource) async throws -> [UUID] {
        try await source.query(
            """
            SELECT stream_id FROM parked_streams
            WHERE consumer = \(name) AND lane = ANY (\(lanes)) AND replay_asked_at IS NOT NULL
            ORDER BY replay_asked_at LIMIT \(Int64(limit))
            """, site: #function
        ).map { try $0.decode(UUID.self) }
    }
}
