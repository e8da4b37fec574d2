import Crypto
import Domain
import Wire

/// A payload in which what people said, dialled or told about themselves can be made unreadable for ever.
///
/// It is the fact as it is written, with a mark in the place of everything private, and the whole of it again in one more member,
/// encrypted. Without the key it reads as the fact with marks, so that folds go on and a log with erased people stays a log.
enum SealedPayload {
    static let member = "sealed"
    /// What a reader without the key finds.
    static let mark = CallState.erasedText

    /// Nil for a fact with nothing private in it.
    static func seal(_ fact: Fact, of stream: UUID, _ id: UUID, with key: SubjectKey) throws -> [UInt8]? {
        guard RedactedPayload.holdsPrivate(fact) else { return nil }
        let plain = try EventCodec.encode(fact)
        let box = key.box.seal(plain.span, associated: place(stream, id, fact.type.rawValue).span)
        var members: [(String, JSONValue)] = []
        if case .object(let shown) = try RedactedPayload.of(fact, mark: mark) {
            // A mark is a text: in the place of a list or a number it would hide the rest of the fact, too.
            let whole = try JSONValue(json: plain)
            members = shown.members.compactMap { member in
                if case .string(mark) = member.value, whole[member.name]?.text == nil { return nil }
                return (member.name, member.value)
            }
        }
        members.append((member, .string(Base64.standard.encode(box.span))))
        return JSONValue.object(members).bytes()
    }

    /// Nil for a payload that is not sealed. Throws where the box does not open: altered, or moved from another event.
    static func open(_ event: RecordedEvent, with key: SubjectKey) throws -> [UInt8]? {
        var limits = JSONLimits()
        limits.bytesMax = EventCodec.storedBytesMax
        guard let text = try JSONValue(json: event.payload, limits: limits)[member]?.text else { return nil }
        let box = try Base64.standard.decode(text)
        return try key.box.openedBytes(box.span, associated: place(event.stream, event.id, event.type).span)
    }

    private static func place(_ stream: UUID, _ id: UUID, _ type: String) -> [UInt8] {
        stream.bytes + id.bytes + Array(type.utf8)
    }
}
