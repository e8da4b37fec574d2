import Crypto
package import Domain
import Postgres
import Wire

/// What an organization may know of its recordings.
package struct RecordingReader: Sendable {
    /// Where a call's recordings are.
    package enum Standing: Sendable {
        case stored([RecordingRow])
        /// The call goes on, or its recording is being put away.
        case notReady
        /// There were some, and their time is over.
        case gone
        case failed
        case none
    }

    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    private static let columns: SQL = """
        SELECT recording_id, call_id, key, place, byte_count, duration_ms, stored_at, expires_at, \(RecordingLedger.isGone), key_id
        FROM recordings AS r
        """

    private static func row(_ row: PostgresRow) throws -> RecordingRow {
        var reader = RowReader(row)
        return RecordingRow(
            id: try reader.id(RecordingID.self), call: try reader.id(CallID.self), key: try reader.next(),
            place: RecordingPlace(rawValue: try reader.next()) ?? .folder, byteCount: try reader.next(),
            duration: Milliseconds(try reader.next(Int64.self)), storedAt: try reader.next(),
            expiresAt: try reader.next(), isGone: try reader.next(), keyID: try reader.next())
    }

    /// What a link of ours leads to; nil where there is nothing any more.
    package func find(_ recording: RecordingID) async throws -> RecordingRow? {
        try await database.query(
            "\(Self.columns) WHERE recording_id = \(recording.uuid) AND NOT \(RecordingLedger.isGone)"
        )
        .first.map(Self.row)
    }

    /// Opens what is sealed; nil where its key was destroyed, or nobody here has the house's.
    package func seal(of row: RecordingRow) async throws -> SoundSeal? {
        guard let id = row.keyID, let sealing = database.sealing else { return nil }
        return try await sealing.keys([id], through: .tenant(database))[id].map { SoundSeal($0, row.id) }
    }

    package func standing(of call: CallID) async throws -> Standing {
        let answers = try await database.query([
            "\(Self.columns) WHERE call_id = \(call.uuid) ORDER BY stored_at, recording_id",
            """
            SELECT type, payload ->> 'recording_id' FROM events WHERE stream_id = \(call.uuid)
                AND type IN (\(EventType.recordingStarted.rawValue), \(EventType.recordingFailed.rawValue))
            """,
        ])
        let rows = try answers[0].map(Self.row)
        let left = rows.filter { !$0.isGone }
        if !left.isEmpty { return .stored(left) }
        var (begun, failed): (Set<String>, Set<String>) = ([], [])
        for row in answers[1] {
            let (type, recording) = try row.decode(String.self, String.self)
            if type == EventType.recordingStarted.rawValue { begun.insert(recording) } else { failed.insert(recording) }
        }
        if !begun.subtracting(failed).subtracting(rows.map { $0.id.description }).isEmpty { return .notReady }
        if !rows.isEmpty { return .gone }
        return failed.isEmpty ? .none : .failed
    }
}
