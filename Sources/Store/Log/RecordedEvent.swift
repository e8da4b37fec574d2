package import Crypto
package import Wire

/// An event as the log holds it.
package struct RecordedEvent: Sendable, Hashable {
    package var lane: Int16
    /// Its number in the lane.
    package var position: Int64
    package var stream: UUID
    /// Its number in the stream.
    package var version: Int32
    package var id: UUID
    package var organization: UUID
    package var type: String
    package var schemaVersion: Int16
    /// When it happened, by the clock of whoever saw it.
    package var occurredAt: Timestamp
    /// When it was written, by the clock of Postgres.
    package var recordedAt: Timestamp
    package var keyID: Int64?
    /// JSON. `jsonb` keeps what it says, not how it was spelt.
    package var payload: [UInt8]
    package var meta: [UInt8]?

    package init(
        lane: Int16, position: Int64, stream: UUID, version: Int32, id: UUID, organization: UUID, type: String,
        schemaVersion: Int16, occurredAt: Timestamp, recordedAt: Timestamp, keyID: Int64? = nil, payload: [UInt8],
        meta: [UInt8]? = nil
    ) {
        self.lane = lane
        self.position = position
        self.stream = stream
        self.version = version
        self.id = id
        self.organization = organization
        self.type = type
        self.schemaVersion = schemaVersion
        self.occurredAt = occurredAt
        self.recordedAt = recordedAt
        self.keyID = keyID
        self.payload = payload
        self.meta = meta
    }
}
