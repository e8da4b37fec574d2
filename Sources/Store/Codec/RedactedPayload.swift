package import Domain
package import Wire

/// A payload for eyes that need not know what people said, dialled or told about themselves.
///
/// What is private says so by its type, so the fact's own fields are held against the members that it is written as. Where the
/// two don't match, or the event can't be read at all, the whole of it is left out: nothing shows by mistake.
package enum RedactedPayload {
    package static let mark = "(private)"

    package static func of(_ event: RecordedEvent) -> JSONValue {
        do {
            guard case .fact(let fact) = try event.decoded() else { return .string(mark) }
            return try of(fact)
        } catch {
            return .string(mark)
        }
    }

    package static func of(_ fact: Fact, mark: String = RedactedPayload.mark) throws -> JSONValue {
        guard let event = payload(of: payload(of: fact)) else { return .string(mark) }
        return redact(try JSONValue(json: EventCodec.encode(fact)), as: event, mark)
    }

    /// What a case of an enumeration carries.
    private static func payload(of subject: Any?) -> Any? {
        subject.flatMap { Mirror(reflecting: $0).children.first?.value }
    }

    private static func redact(_ value: JSONValue, as subject: Any, _ mark: String) -> JSONValue {
        guard holdsPrivate(subject) else { return value }
        if subject is any Hidden { return .string(mark) }
        let mirror = Mirror(reflecting: subject)
        switch (mirror.displayStyle, value) {
        case (.optional, _):
            return mirror.children.first.map { redact(value, as: $0.value, mark) } ?? .string(mark)
        case (.collection, .array(let values)) where values.count == mirror.children.count:
            return .array(zip(values, mirror.children).map { redact($0, as: $1.value, mark) })
        case (.struct, .object(let object)):
            return redact(object, mirror.children, mark)
        default:
            return .string(mark)
        }
    }

    private static func redact(_ object: JSONObject, _ fields: Mirror.Children, _ mark: String) -> JSONValue {
        var members = object.members.map { ($0.name, $0.value) }
        for field in fields where holdsPrivate(field.value) {
            guard let label = field.label.map(snake) else { return .string(mark) }
            var places = members.indices.filter { members[$0].0 == label }
            // Some are written with another word beside theirs; better one too many than one too few.
            if places.isEmpty {
                places = members.indices.filter {
                    members[$0].0.hasPrefix(label + "_") || members[$0].0.hasSuffix("_" + label)
                }
            }
            if places.isEmpty {
                // The fields of what has no place of its own stand among ours.
                let inner = Mirror(reflecting: field.value)
                guard inner.displayStyle == .struct,
                    case .object(let redacted) = redact(JSONObject(members), inner.children, mark)
                else { return .string(mark) }
                members = redacted.members.map { ($0.name, $0.value) }
            }
            for place in places { members[place].1 = redact(object.members[place].value, as: field.value, mark) }
        }
        return .object(members)
    }

    /// `finalAfter` is written as `final_after`.
    private static func snake(_ label: String) -> String {
        label.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }

    static func holdsPrivate(_ subject: Any) -> Bool {
        if subject is any Hidden { return true }
        if subject is any FixedWidthInteger { return false }
        return Mirror(reflecting: subject).children.contains { holdsPrivate($0.value) }
    }
}

private protocol Hidden {}
extension Private: Hidden {}
