import Crypto
import Postgres
import Wire

extension RecordedEvent {
    /// From a row of the columns that `EventLog` reads.
    init(_ row: PostgresRow) throws(PostgresError) {
        let (
            lane, position, stream, version, id, organization, type, schemaVersion, occurredAt, recordedAt, payload,
            meta,
            keyID
        ) = try row.decode(
            Int16.self, Int64.self, UUID.self, Int32.self, UUID.self, UUID.self, String.self, Int16.self,
            Timestamp.self,
            Timestamp.self, JSON.self, JSON?.self, Int64?.self)
        self.init(
            lane: lane, position: position, stream: stream, version: version, id: id, organization: organization,
            type: type, schemaVersion: schemaVersion, occurredAt: occurredAt, recordedAt: recordedAt, keyID: keyID,
            payload: payload.bytes, meta: meta?.bytes)
    }
}
