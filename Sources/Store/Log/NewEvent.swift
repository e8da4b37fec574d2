package import Crypto
package import Wire

/// An event about to be appended: what happened, not yet where it stands.
package struct NewEvent: Sendable, Hashable {
    /// Made once, before the first try: with the stream and the version it tells the same event sent again from another one.
    package var id: UUID
    package var type: String
    package var schemaVersion: Int16
    package var occurredAt: Timestamp
    /// The key the personal words in the payload are sealed with, if any are.
    package var keyID: Int64?
    /// JSON.
    package var payload: [UInt8]
    /// JSON, as `EventMeta` writes it.
    package var meta: [UInt8]?

    package init(
        id: UUID, type: String, schemaVersion: Int16, occurredAt: Timestamp, keyID: Int64? = nil, payload: [UInt8],
        meta: [UInt8]? = nil
    ) {
        self.id = id
        self.type = type
        self.schemaVersion = schemaVersion
        self.occurredAt = occurredAt
        self.keyID = keyID
        self.payload = payload
        self.meta = meta
    }
}
