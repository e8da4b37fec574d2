import Crypto
import Domain
import HTTP
import Store
import Wire

/// What somebody looks for, wherever it stands.
struct SearchInput: BodyInput {
    static let example = JSONValue.object([
        ("text", .string("move the appointment")), ("in", .array([.string(SearchKind.transcript.rawValue)])),
        ("limit", .integer(10)),
    ])

    static let cursorLength = 1...CursorSeal.textMax

    let text: Private<String>
    let kinds: Set<SearchKind>
    let customer: CustomerID?
    let agent: AgentID?
    let limit: Int
    let cursor: String?

    init(_ body: inout BodyReader) {
        text = Private(body.text("text", in: TextSearch.textLength))
        kinds = Set(body.wordsOrAll("in", of: SearchKind.self))
        customer = body.idOrNil("customer_id").map { CustomerID($0) }
        agent = body.idOrNil("agent_id").map { AgentID($0) }
        limit = body.number("limit", in: SearchWish.limits, else: SearchWish.limitUsual)
        cursor = body.textOrNil("cursor", in: Self.cursorLength)
    }

    /// What a cursor is good for: everything but how much of it.
    var question: String {
        let kinds = kinds.map(\.rawValue).sorted().joined(separator: ",")
        return "\(kinds) \(customer?.description ?? "-") \(agent?.description ?? "-") \(text.revealed)"
    }
}

/// Searching what was said in calls, what they came to, what was learned and what is remembered.
enum SearchRoutes {
    static let all: [APIRoute] = [search]
    static let components = [hit.component]

    static let hit = JSONShape<SearchHit>(
        "SearchHit",
        [
            .word("kind") { $0.kind },
            .id("id") { $0.id },
            .idOrNull("call_id") { $0.call },
            .idOrNull("customer_id") { $0.customer },
            .wordOrNull("speaker") { $0.speaker },
            .text("text", "I'd like to move my appointment.") { $0.text.revealed },
            .time("at") { $0.at },
            .fractionOrNull("score", 0.0328) { Double($0.score) / 1e9 },
            .fractionOrNull("similarity", 0.71) { $0.similarity },
        ])

    /// Who may see what is found.
    private static let scopes: [SearchKind: Scope] = [
        .transcript: .callsRead, .summary: .callsRead, .pattern: .learningRead, .memory: .customersRead,
    ]

    private static let search = APIRoute.post(
        "/search", needs: .learningRead,
        RouteWords(
            "search", "Finds what was said, learned and remembered, by words and by meaning", tag: "Learning",
            description:
                "`in` leaves out what is not named there: transcript and summary need calls:read too, memory customers:read. Texts are put in order by their places among those with the words and among those with the meaning. A cursor is good for the same body with any limit.",
            answers: .page("The best first", hit)),
        taking: SearchInput.self
    ) { visit, input in
        for kind in input.kinds {
            if let scope = scopes[kind], !visit.identity.may(scope) { throw Problems.forbidden(scope.rawValue) }
        }
        let place = try visit.place(in: input.cursor, asking: input.question)
        let point = await visit.meaning.point(of: input.text, on: visit.database.loop)
        let wish = SearchWish(
            input.text, in: input.kinds, of: input.customer, agent: input.agent, near: point,
            after: place.map { .init(score: $0.order, id: $0.id) }, limit: input.limit + 1)
        let hits = try await SearchReader(visit.database).find(wish)
        let page = hits.prefix(input.limit)
        let next = hits.count > input.limit ? page.last.map { CursorSeal.Place(order: $0.score, id: $0.id) } : nil
        return .page(page, hit, next: next.map { visit.cursor(behind: $0, asking: input.question) }, total: nil)
    }
}
