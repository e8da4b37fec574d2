import Crypto
package import Domain
import Wire

/// Whose recording it is: the first record of its file, so that whoever finds it can put it away.
package struct RecordingHead: Hashable, Sendable {
    package static let retentionUsual = 90

    package var recording: RecordingID
    package var call: CallID
    package var organization: OrganizationID
    /// How long it is kept, from when it is stored.
    package var retentionDays: Int
    /// Nil for one that is not sealed.
    package var wrappedKey: [UInt8]?

    package init(
        _ recording: RecordingID, of call: CallID, _ organization: OrganizationID, retentionDays: Int,
        wrappedKey: [UInt8]? = nil
    ) {
        (self.recording, self.call, self.organization) = (recording, call, organization)
        (self.retentionDays, self.wrappedKey) = (retentionDays, wrappedKey)
    }

    /// Its name in storage.
    package func key(isSealed: Bool = false) -> String { "\(organization)/\(fileName(isSealed: isSealed))" }

    func fileName(isSealed: Bool) -> String { "\(recording).wav" + (isSealed ? SoundSeal.suffix : "") }

    var bytes: [UInt8] {
        JSONValue.object([
            ("recording", .string(recording.description)), ("call", .string(call.description)),
            ("organization", .string(organization.description)), ("retention_days", .integer(Int64(retentionDays))),
            ("key", wrappedKey.map { .string(Base64.standard.encode($0.span)) } ?? .null),
        ]).bytes()
    }

    /// Nil for what is no head, or one of another release.
    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONValue(json: bytes) else { return nil }
        func id(_ name: String) -> UUID? { document[name]?.text.flatMap { UUID($0) } }
        guard let recording = id("recording"), let call = id("call"), let organization = id("organization"),
            let days = document["retention_days"]?.wholeNumber
        else { return nil }
        let key = document["key"]?.text.flatMap { try? Base64.standard.decode($0) }
        self.init(
            RecordingID(recording), of: CallID(call), OrganizationID(organization), retentionDays: Int(clamping: days),
            wrappedKey: key)
    }
}
