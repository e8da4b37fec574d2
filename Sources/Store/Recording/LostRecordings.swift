import Domain
package import Postgres

/// Recordings that were begun, and of which nobody has said since what became of them: the disk that they were on is gone, or its process was
/// killed before a byte was there. The log is told that there will be none.
package struct LostRecordings: Sendable {
    /// Whoever has one gives it up earlier than this.
    static let after = Duration.seconds(4 * 86_400)
    /// Older ones were looked at before.
    static let before = Duration.seconds(6 * 86_400)
    /// At a time.
    package static let pageMax = 100

    private let pool: PostgresPool
    private let ledger: RecordingLedger

    package init(_ pool: PostgresPool, _ ledger: RecordingLedger) { (self.pool, self.ledger) = (pool, ledger) }

    /// How many there were.
    package func run(stopping: () -> Bool = { false }) async throws -> Int {
        var count = 0
        while !stopping() {
            let page = try await find()
            for head in page { try await ledger.failed(head, .storageFailed) }
            count += page.count
            if page.count < Self.pageMax { break }
        }
        return count
    }

    private func find() async throws -> [RecordingHead] {
        let told = [EventType.recordingStored.rawValue, EventType.recordingFailed.rawValue]
        return try await pool.query(
            """
            SELECT (s.payload ->> 'recording_id')::uuid, s.stream_id, s.organization_id FROM events AS s
            WHERE s.recorded_at BETWEEN now() - make_interval(secs => \(Double(Self.before.components.seconds)))
                    AND now() - make_interval(secs => \(Double(Self.after.components.seconds)))
                AND s.type = \(EventType.recordingStarted.rawValue)
                AND NOT EXISTS (
                    SELECT FROM events AS e WHERE e.stream_id = s.stream_id AND e.type = ANY (\(told))
                        AND e.payload ->> 'recording_id' = s.payload ->> 'recording_id')
            LIMIT \(Int64(Self.pageMax))
            """
        ).map { row in
            var reader = RowReader(row)
            return RecordingHead(
                try reader.id(RecordingID.self), of: try reader.id(CallID.self), try reader.id(OrganizationID.self),
                retentionDays: RecordingHead.retentionUsual)
        }
    }
}
