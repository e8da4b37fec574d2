import Crypto
import Domain
import Loop
import Postgres
import Wire

/// What a session is given before its first append, so that each finds its statements planned, and planned well.
///
/// Else the first of each kind would make the plans itself, and find its tables unknown to that server process, with a lane
/// locked: many times what the append itself takes.
enum AppendWarmth {
    /// Answers whether the session is ours to prepare: behind a pooler the next statement may meet another server process.
    static func bring(to session: PostgresSession, behind lanes: Int16) async throws -> Bool {
        if session.isBehindPooler { return false }
        // Statistics of a young table must not lead to a plan that is fatal for an old one.
        try await session.query(
            "SELECT set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false)"
        )
        try await rehearse(in: session, lanes)
        return true
    }

    /// Appends of each kind that come to nothing, in the lane behind the last, whose lock is nobody's.
    private static func rehearse(in session: PostgresSession, _ lane: Int16) async throws {
        let stream = UUID.v7()
        do {
            try await session.withTransaction { session in
                // It begins, and goes on; more streams at once than go the way of a few.
                try await session.query(batch([stream], version: 1, lane))
                try await session.query(batch([stream], version: 2, lane))
                try await session.query(batch((0..<streamsOfMany).map { _ in UUID.v7() }, version: 1, lane))
                throw Undone()
            }
        } catch is Undone {}
    }

    /// More than `append_events` takes for a few.
    private static let streamsOfMany = 9

    private struct Undone: Error {}

    private static func batch(_ streams: [UUID], version: Int32, _ lane: Int16) -> SQL {
        let groups = streams.map { stream in
            let event = NewEvent(
                id: .v7(), type: "rehearsal", schemaVersion: 1, occurredAt: Timestamp(microseconds: 0),
                payload: Array("{}".utf8))
            let append = StreamAppend(to: stream, kind: .call, of: stream, at: .version(version), [event])
            let entry = PendingAppend(append, deadline: .never) { _ in }
            entry.lane = lane
            return AppendGroup(entry)
        }
        return AppendStatement.sql(groups, lanes: lane, isPrepared: true)
    }
}
