import Crypto
import Loop
import Postgres
import Store

/// Calls that say one thing each in turn, at a pace that does not depend on how they are answered. On one loop alone, which is
/// why `@unchecked` holds.
final class OfferedLoad: @unchecked Sendable {
    private let streams = (0..<500).map { _ in UUID.v7() }
    private let perSecond: Int
    private let loop: Loop
    private var sent = 0
    /// Of the INSERTs, the next one's place.
    private var next = 0

    init(perSecond: Int, on loop: Loop) { (self.perSecond, self.loop) = (perSecond, loop) }

    /// Submits so many appends of one event at their hour, and returns when all of them are answered.
    func offer(
        _ count: Int, to appender: EventAppender,
        _ answered: @escaping (_ hour: Moment, Result<AppendVerdict, AppendError>) -> Void
    ) async throws {
        let began = Moment.now
        var left = count
        for place in 0..<count {
            let hour = try await hour(place, perSecond, since: began)
            let version = Int32(sent / streams.count) + 1
            appender.submit(AppendBench.append(to: streams[sent % streams.count], at: version, 1)) { result in
                left -= 1
                answered(hour, result)
            }
            sent += 1
        }
        while left > 0 { try await loop.sleep(for: .milliseconds(1)) }
    }

    /// So many bare INSERTs at their hour, each a transaction, each by whichever of some sessions is free.
    func insert(_ count: Int, _ perSecond: Int, through pool: PostgresPool, _ waits: Waits) async throws {
        let began = Moment.now
        next = 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.clients {
                group.addTask(executorPreference: loop) { [self] in
                    try await pool.withConnection { session in
                        while next < count {
                            next += 1
                            let hour = try await hour(next - 1, perSecond, since: began)
                            try await session.query(
                                """
                                INSERT INTO bare (occurred_at, stream_id, event_id, organization_id, version, lane, schema_version, type, payload)
                                VALUES (now(), \(UUID.v7()), \(UUID.v7()), \(AppendBench.organization), 1, 1, 1, 'turn.ended', \(JSON(AppendBench.bytes)))
                                """)
                            waits.add(Moment.now - hour)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// None shall wait for the one before it.
    private static let clients = 8

    private func hour(_ place: Int, _ perSecond: Int, since began: Moment) async throws -> Moment {
        let hour = began + .nanoseconds(Int64(place) * 1_000_000_000 / Int64(perSecond))
        let early = hour - Moment.now
        if early > .zero { try await loop.sleep(for: early) }
        return hour
    }
}
