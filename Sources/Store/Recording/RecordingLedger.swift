import Crypto
package import Domain
package import Postgres
import Wire

/// Which recordings there are, where, and until when. A row stands in the same transaction as the log's `recording.stored`.
package struct RecordingLedger: Sendable {
    /// Removed at a time.
    package static let pageMax = 100

    private let pool: PostgresPool
    private let sealing: Sealing?
    private let finder = LogHandle()

    /// Without `sealing` nobody is found by a number that was sealed.
    package init(_ pool: PostgresPool, _ sealing: Sealing?) { (self.pool, self.sealing) = (pool, sealing) }

    /// Of a row `r`. Whom a call was with may be found only later, so it is asked each time.
    static let isGone: SQL = """
        (r.removed_at IS NOT NULL OR r.expires_at <= clock_timestamp() OR EXISTS (
            SELECT FROM customers AS c LEFT JOIN customers AS m ON m.customer_id = c.merged_into
            WHERE c.customer_id IN (r.customer_id, (SELECT k.customer_id FROM calls AS k WHERE k.call_id = r.call_id))
                AND coalesce(c.erased_at, m.erased_at) IS NOT NULL))
        """

    /// What stored sound of a call is sealed with; nil without a key of the house's.
    func seal(for head: RecordingHead) async throws -> SoundSeal? {
        guard let sealing else { return nil }
        return SoundSeal(try await sealing.callKey(head.call, head.organization, through: pool).key, head.recording)
    }

    /// Told again, nothing changes.
    func stored(
        _ fact: RecordingStored, _ head: RecordingHead, at place: RecordingPlace, sealedWith keyID: Int64?
    ) async throws {
        let log = try await finder.log(through: pool)
        let customer = try await customer(of: head, log)
        try await tell(.recordingStored(fact), head, log) { session in
            // Of a call that was erased meanwhile nothing is kept.
            let isErased = try await CallErasureDesk.isErased(head.call, holding: session)
            let days = isErased ? 0 : Int32(clamping: head.retentionDays)
            try await session.query(
                """
                INSERT INTO recordings (recording_id, organization_id, call_id, customer_id, key, place, byte_count,
                    duration_ms, key_id, expires_at)
                VALUES (\(head.recording.uuid), \(head.organization.uuid), \(head.call.uuid), \(customer?.uuid),
                    \(fact.key), \(place.rawValue), \(Int64(fact.byteCount ?? 0)), \(fact.duration?.count ?? 0),
                    \(keyID), now() + make_interval(days => \(days)))
                ON CONFLICT (recording_id) DO NOTHING
                """)
        }
    }

    package func failed(_ head: RecordingHead, _ reason: RecordingFault) async throws {
        let log = try await finder.log(through: pool)
        try await tell(.recordingFailed(RecordingFailed(recording: head.recording, reason: reason)), head, log) { _ in }
    }

    private func customer(of head: RecordingHead, _ log: EventLog) async throws -> CustomerID? {
        let history = CallHistory(log, sealing)
        guard let call = try await history.state(of: head.call, of: head.organization, through: .pool(pool)) else {
            return nil
        }
        return try await ContextReader(pool).find(OtherSide(of: call), of: head.organization)
    }

    private func tell(
        _ fact: CallEvent, _ head: RecordingHead, _ log: EventLog,
        _ before: (PostgresSession) async throws -> Void
    ) async throws {
        let id = EventID(LearnedID.of(Fact.call(fact).type.rawValue, head.recording.uuid.bytes))
        let event = try NewEvent(
            .call(fact), id: id, at: Instant(Timestamp.now), meta: EventMeta(actor: .system("recordings")))
        let append = StreamAppend(
            to: head.call.uuid, kind: .call, of: head.organization.uuid, at: .next, [event])
        try await pool.withTransaction(retrying: .serializationFailures(attempts: 5)) { session in
            try await before(session)
            _ = try await log.append(append, in: session)
        }
    }

    // MARK: - The end

    /// From now on nobody gets what was recorded of a call; it goes with the next purge.
    static func ending(of call: CallID) -> SQL {
        """
        UPDATE recordings SET expires_at = least(expires_at, now())
        WHERE call_id = \(call.uuid) AND removed_at IS NULL
        """
    }

    /// What has to go from one place.
    package func gone(from place: RecordingPlace) async throws -> [(RecordingID, key: String)] {
        try await pool.query(
            """
            WITH erased AS (
                SELECT c.customer_id, c.organization_id FROM customers AS c
                LEFT JOIN customers AS m ON m.customer_id = c.merged_into
                WHERE coalesce(c.erased_at, m.erased_at) IS NOT NULL
            ), rows AS (
                SELECT * FROM recordings WHERE removed_at IS NULL AND place = \(place.rawValue)
            )
            SELECT recording_id, key FROM rows WHERE expires_at <= clock_timestamp()
            UNION SELECT r.recording_id, r.key FROM erased JOIN rows AS r USING (customer_id)
            UNION SELECT r.recording_id, r.key FROM erased AS e
                JOIN calls AS k ON k.organization_id = e.organization_id AND k.customer_id = e.customer_id
                JOIN rows AS r USING (call_id)
            UNION SELECT r.recording_id, r.key FROM learning_subjects_v1 AS s
                JOIN learning_calls_v1 AS l USING (customer_id) JOIN rows AS r USING (call_id)
                WHERE s.erased_at IS NOT NULL
            LIMIT \(Int64(Self.pageMax))
            """
        ).map { row in
            let (id, key) = try row.decode(UUID.self, String.self)
            return (RecordingID(id), key)
        }
    }

    package func removed(_ recording: RecordingID) async throws {
        try await pool.execute(
            """
            UPDATE recordings SET removed_at = clock_timestamp()
            WHERE recording_id = \(recording.uuid) AND removed_at IS NULL
            """)
    }
}
