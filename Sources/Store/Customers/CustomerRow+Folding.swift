import Domain
import Wire

/// The same as `CustomerChanges` does with rows, for events that no row knows of yet.
extension CustomerRow {
    mutating func fold(_ event: RecordedEvent) throws {
        version = max(version, event.version)
        updatedAt = max(updatedAt, event.occurredAt)
        guard case .fact(.customer(let fact)) = try event.decoded() else { return }
        fold(fact, at: event.occurredAt)
    }

    mutating func fold(_ fact: CustomerEvent, at time: Timestamp) {
        switch fact {
        case .customerCreated(let created):
            createdAt = min(createdAt ?? time, time)
            name = created.name ?? name
            segment = created.segment ?? segment
            if case .object(let members)? = created.metadata?.revealed { members.forEach { change($0, $1) } }
            if let phone = created.phone { change("phone", .string(phone.revealed)) }
            if let email = created.email { change("email", .string(email.revealed)) }
        case .customerChanged(let changed):
            if case .object(let members) = changed.changes.revealed { members.forEach { change($0, $1) } }
        case .customerErased:
            (erasedAt, name, phones, emails, externals) = (time, nil, [], [], [])
            metadata = Private(.object([:]))
        // What the other one is known by comes with the row.
        case .customerMerged: break
        }
    }

    private mutating func change(_ member: String, _ value: Freeform) {
        let text: String? = if case .string(let text) = value { text } else { nil }
        switch member {
        case "phone": phones = Self.list(phones, text)
        case "email": emails = Self.list(emails, text)
        case "name": name = text.map { Private($0) }
        case "segment": segment = text
        case _ where CustomerChanges.externals.contains(member):
            externals = Self.list(externals, text.map { "\(member):\($0)" })
        default:
            guard case .object(var members) = metadata.revealed else { return }
            members[member] = value == .null ? nil : value
            metadata = Private(.object(members))
        }
    }

    /// One more, once; nil: there is none any more.
    private static func list(_ list: [Private<String>], _ text: String?) -> [Private<String>] {
        guard let text else { return [] }
        return list.filter { $0.revealed != text } + [Private(text)]
    }
}
