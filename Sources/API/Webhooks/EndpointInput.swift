import Domain
import HTTP
import Store
import Wire

/// An endpoint that somebody wants.
struct EndpointInput: BodyInput {
    static let example = JSONValue.object([
        ("url", .string("https://example.org/ledgerline")), ("description", .string("The calendar")),
        ("events", .array([.string("call.*"), .string(EventType.customerCreated.rawValue)])),
    ])

    let change: EndpointChange

    init(_ body: inout BodyReader) {
        let members = EndpointMembers(&body, isRequired: true)
        change = EndpointChange(
            url: members.url, host: members.host, description: members.description, patterns: members.events ?? ["*"],
            isEnabled: body.flag("enabled", else: true))
    }
}

/// Changes of one that is there: what is not named stays, and a description that is null is none.
struct EndpointPatch: BodyInput {
    static let example = JSONValue.object([("enabled", .bool(true)), ("events", .array([.string("*")]))])

    let change: EndpointChange

    init(_ body: inout BodyReader) {
        body.isPartial = true
        let members = EndpointMembers(&body, isRequired: false)
        let isEnabled = body.flag("enabled", else: true)
        let cleared: String?? = body.clears("description") ? .some(nil) : nil
        change = EndpointChange(
            url: members.url, host: members.host, description: members.description.map { .some($0) } ?? cleared,
            patterns: members.events,
            isEnabled: body.gives("enabled") ? isEnabled : nil)
    }
}

private struct EndpointMembers {
    let url: String?
    let host: String?
    let description: String?
    let events: [String]?

    static let patternLength = 1...100

    init(_ body: inout BodyReader, isRequired: Bool) {
        url = body.textOrNil(
            "url", in: WebhookLimits.urlLength, isRequired: isRequired, "an address such as https://example.org/hook"
        ) { !$0.utf8.contains(0) }
        host = url.flatMap { ClientURL($0)?.host }
        description = body.textOrNil("description", in: WebhookLimits.descriptionLength)
        let texts = body.texts("events", in: WebhookLimits.patterns, each: Self.patternLength)
        events = texts.isEmpty ? nil : texts
        for text in texts where EventPattern(text) == nil {
            body.fault("events", "has \(text), which no type of event fits: such as *, call.* or call.ended")
        }
    }
}

/// From where on events are told again.
struct ReplayInput: BodyInput {
    static let example = JSONValue.object([("from_time", .string(Examples.time))])

    let cursor: String?
    let time: Timestamp?

    init(_ body: inout BodyReader) {
        cursor = body.textOrNil("from_cursor", in: 1...Tail.cursorMax)
        let text = body.textOrNil("from_time", in: 1...40, "a time such as \(Examples.time)") { Timestamp($0) != nil }
        time = text.flatMap { Timestamp($0) }
        if body.gives("from_cursor") == body.gives("from_time") {
            body.fault("from_time", "or from_cursor: one of them is needed")
        }
    }
}
