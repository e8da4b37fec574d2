import Crypto
import Domain
import HTTP
import Store
import Wire

/// Customers: who they are, how they are reached, and their calls.
enum CustomerRoutes {
    static let all: [APIRoute] = [list, create, get, change, erase, forget, calls]
    static let components = [shape.component]

    private static let shape = JSONShape<CustomerRow>(
        "Customer",
        [
            .id("id") { $0.id },
            .number("version", 2) { Int64($0.version) },
            .textOrNull("name", "Ada") { $0.name?.revealed },
            .texts("phones", "+15550100002") { $0.phones.map(\.revealed) },
            .texts("emails", "ada@example.org") { $0.emails.map(\.revealed) },
            .texts("external_ids", "hubspot_contact:7:1") { $0.externals.map(\.revealed) },
            .textOrNull("segment", "vip") { $0.segment },
            .document("metadata", .object([("order", .string("4711"))])) { $0.metadata.revealed },
            .timeOrNull("created_at") { $0.createdAt },
            .time("updated_at") { $0.updatedAt },
            .timeOrNull("erased_at") { $0.erasedAt },
            .idOrNull("merged_into") { $0.mergedInto },
        ])

    private static let list = APIRoute.get(
        "/customers", needs: .customersRead,
        RouteWords(
            "list_customers", "Customers, the newest first", tag: "Customers",
            description:
                "`phone` and `email` find who is reached so. The list may be a moment behind what was written.",
            query: [.list(CustomerReader.fields)], answers: .page("A page of them", shape))
    ) { visit in
        let place = try visit.place().map { (Timestamp(microseconds: $0.order), $0.id) }
        let (rows, total) = try await CustomerReader(visit.database).page(
            visit.wish.filters, after: place, limit: visit.wish.limit + 1, countingAll: visit.wish.countsAll)
        return visit.page(rows, shape, total: total) {
            .init(order: $0.createdAt?.microseconds ?? 0, id: $0.id.uuid)
        }
    }

    private static let create = APIRoute.post(
        "/customers", needs: .customersWrite,
        RouteWords(
            "create_customer", "Makes a customer", tag: "Customers",
            answers: .one(.created, "The customer", shape),
            .conflict("customer_exists: somebody is known by this phone or email")),
        taking: CustomerInput.self
    ) { visit, input in
        let row = try await told { try await CustomerDesk(visit.database, visit.meta).create(input.created) }
        return Answer.one(row, shape, .created).tagged(version: row.version)
            .with(.location, "\(APIRoute.base)/customers/\(row.id)")
    }

    private static let get = APIRoute.get(
        "/customers/{id}", needs: .customersRead,
        RouteWords(
            "get_customer", "One customer", tag: "Customers", query: [.minVersion],
            answers: .one(.ok, "The customer", shape), .conflict("not_yet_projected"))
    ) { (visit: Visit, customer: CustomerID) in
        let wanted = Int32(visit.wish.number("min_version") ?? 0)
        guard let row = try await CustomerReader(visit.database).get(customer, minVersion: wanted) else {
            throw Problem.notFound
        }
        // What the log itself does not say is nowhere.
        if row.version < wanted { throw Problems.notYetProjected }
        return visit.tagged(.one(row, shape), version: row.version)
    }

    private static let change = APIRoute.patch(
        "/customers/{id}", needs: .customersWrite,
        RouteWords(
            "change_customer", "Changes what is known of a customer", tag: "Customers",
            description:
                "Another phone or email is one more, and null is none any more; so it is with each member of metadata.",
            answers: .one(.ok, "The customer", shape),
            .conflict("customer_exists, customer_erased, customer_merged or customer_busy"), .notAsMatched),
        taking: CustomerPatch.self
    ) { (visit: Visit, input: CustomerPatch, customer: CustomerID) in
        let row = try await told {
            try await CustomerDesk(visit.database, visit.meta).change(customer, input.changes) {
                try visit.requireMatch(version: $0)
            }
        }
        guard let row else { throw Problem.notFound }
        return Answer.one(row, shape).tagged(version: row.version)
    }

    private static let erase = APIRoute.delete(
        "/customers/{id}", needs: .customersWrite,
        RouteWords(
            "erase_customer", "Forgets a customer", tag: "Customers",
            description: """
                Name, phones, emails and metadata go, and the keys to what was sealed for them. The id and the calls stay. One who \
                was erased already stays so.
                """,
            answers: .nothing("Forgotten"), .conflict("customer_merged or customer_busy"), .notAsMatched)
    ) { (visit: Visit, customer: CustomerID) in
        let row = try await told {
            try await CustomerDesk(visit.database, visit.meta).erase(customer) {
                try visit.requireMatch(version: $0)
            }
        }
        guard row != nil else { throw Problem.notFound }
        return .nothing
    }

    private static let forget = APIRoute.post(
        "/customers/{id}/erase", needs: .customersWrite,
        RouteWords(
            "erase_customer_data", "Forgets a customer, and answers what is left", tag: "Customers",
            description: """
                As `DELETE /customers/{id}` does: the keys to what was sealed for them are destroyed, and what was derived from it \
                goes, memories too.
                """,
            answers: .one(.ok, "The customer", shape), .conflict("customer_merged or customer_busy"), .notAsMatched)
    ) { (visit: Visit, customer: CustomerID) in
        let row = try await told {
            try await CustomerDesk(visit.database, visit.meta).erase(customer) {
                try visit.requireMatch(version: $0)
            }
        }
        guard let row else { throw Problem.notFound }
        return Answer.one(row, shape).tagged(version: row.version)
    }

    private static let calls = APIRoute.get(
        "/customers/{id}/calls", needs: .callsRead,
        RouteWords(
            "list_customer_calls", "A customer's calls, the newest first", tag: "Customers",
            query: [.list(CallList.fields.filter { $0.name != "customer_id" })],
            answers: .page("A page of them", CallShapes.call))
    ) { (visit: Visit, customer: CustomerID) in
        guard try await CustomerReader(visit.database).get(customer) != nil else { throw Problem.notFound }
        let place = try visit.place().map { (Instant(microseconds: $0.order), CallID($0.id)) }
        let (calls, total) = try await CallList(visit.database).page(
            visit.wish.filters, of: customer, after: place, limit: visit.wish.limit + 1,
            countingAll: visit.wish.countsAll)
        return try visit.page(calls, CallShapes.view, total: total) {
            .init(order: try $0.startedAt.microseconds, id: try $0.id.uuid)
        }
    }

    // MARK: - How

    static func told<Value>(_ change: () async throws -> Value) async throws -> Value {
        do {
            return try await change()
        } catch let refusal as CustomerRefusal {
            throw problem(refusal)
        }
    }

    private static func problem(_ refusal: CustomerRefusal) -> Problem {
        switch refusal {
        case .isErased: Problems.conflict("customer_erased", "this customer was forgotten: make another one")
        case .isMerged(let other): Problems.conflict("customer_merged", "this customer is \(other): change that one")
        case .isTaken(let kind, let owner):
            Problems.conflict("customer_exists", "customer \(owner) is known by this \(kind.rawValue): change that one")
        case .isBusy: Problems.conflict("customer_busy", "others change the customer: try again", retryAfter: 1)
        }
    }
}
