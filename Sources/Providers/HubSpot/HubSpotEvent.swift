package import Domain
import Wire

/// One event of a contact in HubSpot. They come in batches.
package struct HubSpotEvent: Hashable, Sendable {
    /// So many are in one webhook at the most.
    package static let batchMax = 100

    package enum Change: Hashable, Sendable {
        case created
        /// By this a customer is known, too. Nil: no longer.
        case phone(Private<String>?)
        case email(Private<String>?)
        /// Anything else we keep, by our name for it.
        case detail(String, Private<String>?)
        case deleted
        /// Whoever it is wants to be forgotten.
        case erased
        /// These became one with it.
        case merged([String])
        /// We have no use for it.
        case other
    }

    package let portal: String
    package let contact: String
    /// HubSpot's own numbers repeat; together with what they are of they do not.
    package let id: String
    package let at: Instant
    package let change: Change

    package static func all(_ body: [UInt8]) throws(WebhookFault) -> [HubSpotEvent] {
        guard let document = try? JSONValue(json: body), case .array(let values) = document else { throw .notJSON }
        guard values.count <= batchMax else { throw .missing("a batch of at most \(batchMax)") }
        var events: [HubSpotEvent] = []
        for value in values { events.append(try HubSpotEvent(value)) }
        return events
    }

    private init(_ value: JSONValue) throws(WebhookFault) {
        func number(_ name: String) throws(WebhookFault) -> Int64 {
            guard let number = value[name]?.wholeNumber else { throw .missing(name) }
            return number
        }
        let (portal, event) = (try number("portalId"), try number("eventId"))
        let occurred = try number("occurredAt")
        // An association is of two, and none of them is the object: it is none of ours, and no reason to refuse those beside it.
        let object = ["newObjectId", "objectId", "primaryObjectId", "fromObjectId"].lazy
            .compactMap { value[$0]?.wholeNumber }.first
        guard let object else { throw .missing("objectId") }
        guard let type = value["subscriptionType"]?.text else { throw .missing("subscriptionType") }
        let name = value["propertyName"]?.text
        self.portal = "\(portal)"
        contact = "\(portal):\(object)"
        id = [type, "\(portal)", "\(object)", "\(event)", "\(occurred)", name ?? ""].joined(separator: "/")
        at = Instant(microseconds: Timestamp(milliseconds: occurred).microseconds)
        change =
            Self.merge(type, into: object, value)
            ?? Self.change(type, value["objectTypeId"]?.text, name, value["propertyValue"]?.text)
    }

    private static func change(_ type: String, _ kind: String?, _ name: String?, _ value: String?) -> Change {
        let isContact = type.hasPrefix("contact.") || (type.hasPrefix("object.") && kind == "0-1")
        guard isContact else { return .other }
        switch type.drop(while: { $0 != "." }).dropFirst() {
        case "creation", "restore": return .created
        case "deletion": return .deleted
        case "privacyDeletion": return .erased
        case "propertyChange":
            if value == "REDACTED" { return .other }
            let text = value.flatMap { $0.isEmpty ? nil : $0 }
            switch name {
            case "phone", "mobilephone": return .phone(text.map { Private(dialled($0)) })
            case "email": return .email(text.map { Private($0.lowercased()) })
            case "firstname": return .detail("first_name", text.map { Private($0) })
            case "lastname": return .detail("last_name", text.map { Private($0) })
            default: return .other
            }
        default: return .other
        }
    }

    /// Which contacts one of them is from now on; it may be a new one.
    private static func merge(_ type: String, into object: Int64, _ value: JSONValue) -> Change? {
        guard type == "contact.merge", let portal = value["portalId"]?.wholeNumber,
            case .array(let merged)? = value["mergedObjectIds"]
        else { return nil }
        let others = ([value["primaryObjectId"]] + merged).compactMap { $0?.wholeNumber }.filter { $0 != object }
        return .merged(others.prefix(batchMax).map { "\(portal):\($0)" })
    }

    /// As it is dialled: people write blanks and brackets into numbers.
    private static func dialled(_ number: String) -> String {
        String(number.unicodeScalars.filter { ("0"..."9").contains($0) || $0 == "+" }.map { Character($0) })
    }
}
