package import Crypto
package import Postgres

/// Applies what waits of one stream, in order, a page in each transaction.
///
/// Each locks the stream's row first: events that come meanwhile wait for it, and line up behind the letters or, once there
/// are none, are applied as ever. Ended in the middle, it goes on from there the next time.
///
/// A class, as `EventLog` is, because it holds a UUID and has async functions.
package final class Replay: Sendable {
    package enum Outcome: Hashable, Sendable {
        /// Nothing waits any more.
        case done(applied: Int)
        /// The letter at this position failed again, and keeps its stream.
        case stuck(at: Int64, applied: Int)
    }

    private let stream: UUID
    private let consumer: any Consumer
    private let log: EventLog
    private let pool: PostgresPool
    private var name: String { consumer.name.description }

    package init(of stream: UUID, by consumer: any Consumer, _ log: EventLog, _ pool: PostgresPool) {
        self.stream = stream
        self.consumer = consumer
        self.log = log
        self.pool = pool
    }

    private enum Page {
        case empty
        case applied(Int)
    }

    /// Infrastructure's errors are thrown: the same again, later.
    package func run(pageSize: Int = ConsumerLimits.replayPageMax) async throws -> Outcome {
        var size = min(pageSize, ConsumerLimits.replayPageMax)
        var applied = 0
        while true {
            var first: Int64?
            do {
                let outcome: Page = try await pool.withTransaction { session in
                    try await page(size, in: session) { first = $0 }
                }
                switch outcome {
                case .empty: return .done(applied: applied)
                case .applied(let count): applied += count
                }
            } catch {
                let note = FailureNote(error)
                guard note.kind == .deterministic, let first else { throw error }
                if size > 1 {
                    // One of them; those before it shall be applied.
                    size = 1
                    continue
                }
                try await failed(at: first, note)
                return .stuck(at: first, applied: applied)
            }
        }
    }

    private func page(_ size: Int, in session: PostgresSession, reached: (Int64) -> Void) async throws -> Page {
        let parked = try await session.query(
            "SELECT FROM parked_streams WHERE consumer = \(name) AND stream_id = \(stream) FOR UPDATE")
        if parked.isEmpty { return .empty }
        let letters = try await session.query(
            """
            SELECT d.version, d.position, d.position <= l.muted_through
            FROM dead_letters d JOIN consumer_lanes l ON l.consumer = d.consumer AND l.lane = d.lane
            WHERE d.consumer = \(name) AND d.stream_id = \(stream) AND d.state = 'parked'
            ORDER BY d.position LIMIT \(Int64(size))
            """
        ).map { try $0.decode(Int32.self, Int64.self, Bool.self) }
        guard let head = letters.first else {
            try await ParkedStreams(of: consumer.name).tookOut(0, of: stream, in: session)
            return .empty
        }
        // What is muted and what is due never share a page.
        let page = letters.prefix { $0.2 == head.2 }
        let wanted = Set(page.map(\.0))
        let last = page.last?.0 ?? head.0
        let events = try await log.events(of: stream, from: head.0, upTo: last, through: .session(session))
            .filter { wanted.contains($0.version) }
        guard let end = events.last else { throw LogIsCorrupt.stream(stream, missing: head.0) }
        reached(head.1)
        try await consumer.apply(events, outward: head.2 ? .muted : .due, in: session)
        try await session.query(
            """
            UPDATE dead_letters SET state = 'resolved', decided_at = clock_timestamp(),
                decided_by = (SELECT replay_asked_by FROM parked_streams
                    WHERE consumer = \(name) AND stream_id = \(stream))
            WHERE consumer = \(name) AND stream_id = \(stream) AND state = 'parked' AND position <= \(end.position)
            """)
        try await ParkedStreams(of: consumer.name).tookOut(events.count, of: stream, in: session)
        return .applied(events.count)
    }

    private func failed(at position: Int64, _ note: FailureNote) async throws {
        try await pool.executeBatch([
            """
            UPDATE dead_letters SET attempts = attempts + 1, error_class = \(note.errorClass), error = \(note.text)
            WHERE consumer = \(name) AND stream_id = \(stream) AND position = \(position) AND state = 'parked'
            """,
            """
            UPDATE parked_streams SET replay_asked_at = NULL, replay_asked_by = NULL
            WHERE consumer = \(name) AND stream_id = \(stream)
            """,
        ])
    }
}
