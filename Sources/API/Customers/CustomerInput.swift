import Domain
import HTTP
import Store
import Wire

/// What customers may be told of.
enum CustomerLimits {
    static let name = 1...200
    static let segment = 1...100
    /// Of the metadata, as JSON.
    static let metadataBytesMax = 16_384
    static let metadataName = 1...100
    /// Metadata of these names would say something else in the log.
    static let reserved: Set<String> = ["phone", "email", "name", "segment", "hubspot_contact"]
}

/// Somebody new.
struct CustomerInput: BodyInput {
    static let example = JSONValue.object([
        ("name", .string("Ada")), ("phone", .string("+15550100002")), ("email", .string("ada@example.org")),
        ("segment", .string("vip")), ("metadata", .object([("order", .string("4711"))])),
    ])

    let created: CustomerCreated

    init(_ body: inout BodyReader) {
        let members = CustomerMembers(&body)
        if members.phone == nil, members.email == nil, !body.gives("phone"), !body.gives("email"), members.name == nil {
            body.fault("phone", "is missing, and so are email and name: one of them is needed")
        }
        created = CustomerCreated(
            phone: members.phone, email: members.email, name: members.name, segment: members.segment,
            metadata: members.metadata.isEmpty ? nil : Private(.object(members.metadata)))
    }
}

/// Changes of somebody known: what is not named stays, and null is what there is none of any more.
struct CustomerPatch: BodyInput {
    static let example = JSONValue.object([
        ("segment", .string("vip")), ("email", .null), ("metadata", .object([("order", .null)])),
    ])

    /// As `customer.changed` has them.
    let changes: [String: Freeform]

    init(_ body: inout BodyReader) {
        let members = CustomerMembers(&body)
        var changes = members.metadata
        let texts = [
            ("phone", members.phone?.revealed), ("email", members.email?.revealed), ("name", members.name?.revealed),
            ("segment", members.segment),
        ]
        for (name, text) in texts {
            if let text { changes[name] = .string(text) } else if body.clears(name) { changes[name] = .null }
        }
        self.changes = changes
    }
}

/// The members that both have.
private struct CustomerMembers {
    let name: Private<String>?
    let phone: Private<String>?
    let email: Private<String>?
    let segment: String?
    let metadata: [String: Freeform]

    init(_ body: inout BodyReader) {
        name = body.textOrNil("name", in: CustomerLimits.name).map { Private($0) }
        phone = body.textOrNil(
            "phone", in: Reach.phoneLength, Reach.phoneWords, matching: Reach.phonePattern, where: Reach.isPhone
        ).map {
            Private($0)
        }
        email = body.textOrNil("email", in: Reach.emailLength, Reach.emailWords, where: Reach.isEmail).map {
            Private($0.lowercased())
        }
        segment = body.textOrNil("segment", in: CustomerLimits.segment)
        metadata = Self.metadata(&body)
    }

    private static func metadata(_ body: inout BodyReader) -> [String: Freeform] {
        guard let object = body.documentOrNil("metadata", bytesMax: CustomerLimits.metadataBytesMax)?.asObject else {
            return [:]
        }
        var metadata: [String: Freeform] = [:]
        for member in object.members {
            if CustomerLimits.reserved.contains(member.name) {
                body.fault("metadata", "has a member \(member.name), which is not metadata's to say")
            } else if !CustomerLimits.metadataName.contains(member.name.unicodeScalars.count)
                || member.name.utf8.contains(0)
            {
                let most = CustomerLimits.metadataName.upperBound
                body.fault("metadata", "has a name that is not of 1 to \(most) characters")
            } else {
                metadata[member.name] = Freeform(member.value)
            }
        }
        return metadata
    }
}
