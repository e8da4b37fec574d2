import Crypto
import Domain
import HTTP
import Store
import Wire

/// What happens in an organization, as the log has it: to be read page by page, and to be followed.
enum EventRoutes {
    static let all: [APIRoute] = [list, stream, callStream]

    static let limits = 1...200
    static let limitUsual = 50

    private static let cursor = QueryItem.text(
        "cursor", "A place in the log: `next_cursor` of a page, or the `id` of an event that was streamed.")
    private static let type = QueryItem.text("type", "Only events of these types, with commas in between.", .someText)
    private static let call = QueryItem.text("call", "Only events of this call.", .string(format: "uuid"))

    private static let list = APIRoute.get(
        "/events", needs: .eventsRead,
        RouteWords(
            "list_events", "Events of all calls and everything else, the oldest first", tag: "Events",
            description: """
                `next_cursor` is always there: asking with it later gives what came since, and `/events/stream` goes on from it. \
                Events of one call are in their order.
                """,
            query: [.number("limit", limits, "How many at most; \(limitUsual) if not said."), cursor, type, call],
            answers: .page("A page of them", CallShapes.event))
    ) { visit in
        let reader = TailReader(visit.database)
        let limit = visit.wish.number("limit") ?? limitUsual
        var place = try place(visit.wish.text("cursor"), visit, reader) ?? LogPlace(lanes: reader.lanes)
        let events = try await reader.page(after: place, matching: filter(visit), limit: limit + 1)
        for event in events.prefix(limit) { place.advance(event.lane, to: event.position) }
        let next = visit.tail.cursor(place, of: visit.identity.organization, reader.log)
        return .json { json in
            json.beginObject()
            json.name("data")
            json.beginArray()
            for event in events.prefix(limit) { CallShapes.event.write(event, to: &json) }
            json.endArray()
            json.name("has_more")
            json.bool(events.count > limit)
            json.name("next_cursor")
            json.string(next)
            json.endObject()
        }
    }

    private static let streamed = RouteDocumentation.Answer(
        .ok, "Server-sent events: `event` is the type, `data` the event, `id` a cursor", .string,
        contentType: .eventStream)

    private static let stream = APIRoute.get(
        "/events/stream", needs: .eventsRead,
        RouteWords(
            "stream_events", "Events as they come", tag: "Events",
            description: """
                From `Last-Event-ID` or `cursor` on, else only what is new. The first event is `ready`, whose id is where it begins. \
                It ends with `cut` after a quarter of an hour, or when it is read too slowly: connect again with the last id, \
                and nothing is missed or comes twice.
                """,
            query: [cursor, type, call], answers: streamed)
    ) { visit in
        try follow(visit, filter(visit), else: nil)
    }

    private static let callStream = APIRoute.get(
        "/calls/{id}/stream", needs: .callsRead,
        RouteWords(
            "stream_call", "A call's events as they come", tag: "Calls",
            description: "From its beginning, or from `Last-Event-ID` or `cursor` on; otherwise as `/events/stream`.",
            query: [cursor, type], answers: streamed)
    ) { (visit: Visit, call: CallID) in
        guard try await StreamDesk(visit.database).isThere(call.uuid, kind: .call) else { throw Problem.notFound }
        let filter = TailFilter(types: try types(visit), stream: call.uuid)
        return try follow(visit, filter, else: LogPlace(lanes: TailReader(visit.database).lanes))
    }

    // MARK: - What all of them read

    private static func follow(
        _ visit: Visit, _ filter: TailFilter, else standIn: LogPlace?
    ) throws(Problem) -> Answer {
        // Who comes again says what they had last, and their address still says where they had begun.
        let cursor = visit.request.headers[Tail.lastEventID] ?? visit.wish.text("cursor")
        let from = try place(cursor, visit, TailReader(visit.database)) ?? standIn
        guard visit.tail.hub.hasRoom else { throw Problems.busy }
        let feed = TailFeed(visit: visit, filter: filter, from: from)
        return Answer(.events { try await feed.run($0) })
    }

    private static func place(_ cursor: String?, _ visit: Visit, _ reader: TailReader) throws(Problem) -> LogPlace? {
        guard let cursor, !cursor.isEmpty else { return nil }
        guard let place = visit.tail.place(in: cursor, of: visit.identity.organization, reader) else {
            throw Problems.invalidCursor
        }
        return place
    }

    private static func filter(_ visit: Visit) throws(Problem) -> TailFilter {
        var stream: UUID?
        if let text = visit.wish.text("call") {
            guard let call = UUID(text) else { throw Problems.parameter("call", "is an id such as \(Examples.id)") }
            stream = call
        }
        return TailFilter(types: try types(visit), stream: stream)
    }

    private static func types(_ visit: Visit) throws(Problem) -> Set<String>? {
        guard let text = visit.wish.text("type") else { return nil }
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        for word in words where EventType(rawValue: word) == nil {
            throw Problems.parameter("type", "is a type of event such as \(EventType.callAnswered.rawValue)")
        }
        return Set(words)
    }
}
