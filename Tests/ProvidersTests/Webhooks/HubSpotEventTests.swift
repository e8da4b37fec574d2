import Domain
import Providers
import Testing

/// What HubSpot's events become.
@Suite struct HubSpotEventTests {
    static func event(_ type: String, _ name: String? = nil, _ value: String? = nil, more: String = "") -> String {
        let property = name.map { #","propertyName":"\#($0)","propertyValue":"\#(value ?? "")""# } ?? ""
        return
            #"{"eventId":100,"portalId":50687303,"occurredAt":1765043528476,"subscriptionType":"\#(type)","objectId":173595202426\#(property)\#(more)}"#
    }

    static let changes: [(String, HubSpotEvent.Change)] = [
        (event("contact.creation"), .created), (event("contact.restore"), .created),
        (event("object.creation", more: #","objectTypeId":"0-1""#), .created),
        (event("object.creation", more: #","objectTypeId":"0-2""#), .other),
        (event("contact.propertyChange", "phone", "+1 (555) 010-0002"), .phone(Private("+15550100002"))),
        (event("contact.propertyChange", "email", "Ana@Example.com"), .email(Private("ana@example.com"))),
        (event("contact.propertyChange", "email", ""), .email(nil)),
        (event("contact.propertyChange", "email", "REDACTED"), .other),
        (event("contact.propertyChange", "firstname", "Ana"), .detail("first_name", Private("Ana"))),
        (event("contact.propertyChange", "hs_score", "7"), .other),
        (event("contact.deletion"), .deleted), (event("contact.privacyDeletion"), .erased),
        (
            event("contact.merge", more: #","primaryObjectId":173595202426,"mergedObjectIds":[5,173595202426,6]"#),
            .merged(["50687303:5", "50687303:6"])
        ),
        (
            event("contact.merge", more: #","newObjectId":173595202426,"primaryObjectId":4,"mergedObjectIds":[5]"#),
            .merged(["50687303:4", "50687303:5"])
        ),
        (event("contact.merge"), .other), (event("company.creation"), .other),
        (
            event("contact.associationChange", more: #","toObjectId":9"#)
                .replacing("objectId", with: "fromObjectId"), .other
        ),
    ]

    @Test(arguments: changes.indices)
    func `an event becomes what it means`(index: Int) throws {
        let (text, change) = Self.changes[index]
        let event = try #require(try HubSpotEvent.all(Array("[\(text)]".utf8)).first)
        #expect(event.change == change)
        #expect(event.portal == "50687303" && event.contact == "50687303:173595202426")
        #expect(event.at == Instant(microseconds: 1_765_043_528_476_000))
    }

    @Test func `events of one number are told apart by what they are of`() throws {
        let texts = [
            Self.event("contact.creation"), Self.event("contact.propertyChange", "phone", "1"),
            Self.event("contact.propertyChange", "email", "a"),
        ]
        let events = try HubSpotEvent.all(Array("[\(texts.joined(separator: ","))]".utf8))
        #expect(Set(events.map(\.id)).count == 3)
    }

    @Test func `a batch is whole, and of bounded length`() throws {
        let one = Self.event("contact.creation")
        func batch(_ count: Int) -> [UInt8] {
            Array("[\(repeatElement(one, count: count).joined(separator: ","))]".utf8)
        }
        #expect(try HubSpotEvent.all(batch(HubSpotEvent.batchMax)).count == HubSpotEvent.batchMax)
        for body in [batch(HubSpotEvent.batchMax + 1), Array("{}".utf8), Array("[{}]".utf8), Array("[\(one),1]".utf8)] {
            #expect(throws: WebhookFault.self) { try HubSpotEvent.all(body) }
        }
    }
}
