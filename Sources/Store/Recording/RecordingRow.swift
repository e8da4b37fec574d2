package import Domain
package import Wire

/// A recording that was stored.
package struct RecordingRow: Hashable, Sendable {
    package var id: RecordingID
    package var call: CallID
    /// Its name in storage.
    package var key: String
    package var place: RecordingPlace
    /// Of its sound, as it is heard.
    package var byteCount: Int64
    package var duration: Milliseconds
    package var storedAt: Timestamp
    package var expiresAt: Timestamp
    /// It can be had no more: its time is over, or the person in it was erased.
    package var isGone: Bool
    /// Of the key that it is sealed with; nil where it lies as it is.
    package var keyID: Int64?

    /// Its name for whoever hears it.
    package var soundKey: String { keyID == nil ? key : String(key.dropLast(SoundSeal.suffix.count)) }
}

/// Where a recording is.
package enum RecordingPlace: String, Hashable, Sendable, CaseIterable {
    /// Below the folder of `LEDGERLINE_RECORDINGS`.
    case folder
    /// In a store of S3's protocol.
    case bucket
}
