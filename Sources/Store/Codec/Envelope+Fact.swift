import Crypto
package import Domain
import Wire

extension NewEvent {
    /// An event that says `fact`, as it is written today.
    package init(
        _ fact: Fact, id: EventID, at instant: Instant, keyID: Int64? = nil, meta: EventMeta? = nil
    ) throws(CodecError) {
        var written: [UInt8]?
        if let meta { written = try EventCodec.encode(meta) }
        self.init(
            id: id.uuid, type: fact.type.rawValue, schemaVersion: fact.type.schemaVersion,
            occurredAt: Timestamp(instant), keyID: keyID,
            payload: try EventCodec.encode(fact), meta: written)
    }

    /// What somebody does at this moment.
    package static func now(_ fact: Fact, _ meta: EventMeta?) throws(CodecError) -> NewEvent {
        try NewEvent(fact, id: EventID(UUID.v7()), at: Instant(Timestamp.now), meta: meta)
    }
}

extension RecordedEvent {
    package func decoded() throws(CodecError) -> DecodedEvent {
        do throws(CodecError) {
            return try EventCodec.decode(type: type, schemaVersion: schemaVersion, payload: payload)
        } catch {
            // A mark stands where a document, a number or a list should: nobody's fault, and no reason to park a call.
            guard keyID != nil, let known = EventType(rawValue: type) else { throw error }
            switch error.problem {
            case .illTyped, .missing: return .sealed(known)
            default: throw error
            }
        }
    }

    package func decodedMeta() throws(CodecError) -> EventMeta? {
        guard let meta else { return nil }
        return try EventCodec.decodeMeta(meta)
    }
}
