package import Domain
import Wire

/// Events as JSON, in every schema version there ever was.
package enum EventCodec {
    /// The longest payload that is written; what is longer belongs into storage, with its name in the event.
    package static let payloadBytesMax = 1 << 20
    package static let metaBytesMax = 16 << 10

    /// `jsonb` gives back more than it was given: blanks, and numbers without exponent (`1e300` has 301 digits). Whatever was
    /// allowed to be written can be read.
    static let storedBytesMax = 64 * payloadBytesMax

    /// Most payloads fit, so that writing one allocates once for the queue and once for the bytes it leaves.
    private static let bytesUsual = 1024

    // MARK: - Writing

    /// The payload in the type's current version.
    package static func encode(_ fact: Fact) throws(CodecError) -> [UInt8] {
        let payload = Self.bytes { fact.write(to: &$0) }
        guard payload.count <= payloadBytesMax else {
            throw CodecError(
                fact.type, version: fact.type.schemaVersion, .tooLarge(bytes: payload.count, max: payloadBytesMax))
        }
        return payload
    }

    package static func encode(_ meta: EventMeta) throws(CodecError) -> [UInt8] {
        let bytes = Self.bytes { meta.write(to: &$0) }
        guard bytes.count <= metaBytesMax else {
            throw CodecError(nil, version: metaVersion, .tooLarge(bytes: bytes.count, max: metaBytesMax))
        }
        return bytes
    }

    private static func bytes(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var queue = ByteQueue()
        queue.reserve(bytesUsual)
        queue.appendJSON { json in
            json.beginObject()
            write(&json)
            json.endObject()
        }
        return queue.withUnsafeBytes { unsafe Array($0) }
    }

    // MARK: - Reading

    package static func decode(type name: String, schemaVersion: Int16, payload: [UInt8]) throws(CodecError)
        -> DecodedEvent
    {
        guard let type = types[name] else { return .unknown(type: name) }
        let steps = Upcaster.steps(of: type)
        let current = Int16(steps.count) + 1
        guard schemaVersion >= 1 else { throw CodecError(type, version: schemaVersion, .noSuchVersion) }
        guard schemaVersion <= current else {
            throw CodecError(type, version: schemaVersion, .newerVersion(known: current))
        }
        var fields = try fields(type, version: schemaVersion, payload)
        for step in steps[Int(schemaVersion - 1)...] {
            fields = Fields(type, version: fields.version + 1, try step.step(fields))
        }
        return .fact(try Fact(type, fields))
    }

    package static func decodeMeta(_ bytes: [UInt8]) throws(CodecError) -> EventMeta {
        try EventMeta(fields(nil, version: metaVersion, bytes))
    }

    private static func fields(_ type: EventType?, version: Int16, _ bytes: [UInt8]) throws(CodecError)
        -> Fields
    {
        var limits = JSONLimits()
        limits.bytesMax = storedBytesMax
        let value: JSONValue
        do { value = try JSONValue(json: bytes, limits: limits) } catch {
            throw CodecError(type, version: version, .malformed(error.code))
        }
        guard case .object(let object) = value else { throw CodecError(type, version: version, .notAnObject) }
        return Fields(type, version: version, object)
    }

    /// The meta has grown fields only, all of them optional.
    private static let metaVersion: Int16 = 1

    private static let types = Dictionary(uniqueKeysWithValues: EventType.allCases.map { ($0.rawValue, $0) })
}
