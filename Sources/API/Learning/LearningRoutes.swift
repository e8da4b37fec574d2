import Domain
import HTTP
import Store
import Wire

/// What is remembered of customers, and what was learned from calls.
enum LearningRoutes {
    static let all: [APIRoute] = [list, remember, forget, search, patterns, searchPatterns]

    private static let list = APIRoute.get(
        "/customers/{id}/memories", needs: .customersRead,
        RouteWords(
            "list_memories", "What is remembered of a customer, the newest first", tag: "Customers",
            description: "`min_version` is the `ETag`'s number of what was remembered.",
            query: [.list(MemoryReader.fields), .minVersion], answers: .page("A page of them", LearningShapes.memory),
            .conflict("not_yet_projected"))
    ) { (visit: Visit, customer: CustomerID) in
        guard try await CustomerReader(visit.database).get(customer) != nil else { throw Problem.notFound }
        let reader = MemoryReader(visit.database)
        if let version = visit.wish.number("min_version") {
            do { try await reader.wait(for: Int32(version), of: customer) } catch is LearningIsBehind {
                throw Problems.notYetProjected
            }
        }
        let place = try visit.place().map { (Timestamp(microseconds: $0.order), MemoryID($0.id)) }
        let (rows, total) = try await reader.page(
            of: customer, visit.wish.filters, after: place, limit: visit.wish.limit + 1,
            countingAll: visit.wish.countsAll)
        return visit.page(rows, LearningShapes.memory, total: total) {
            .init(order: $0.createdAt.microseconds, id: $0.id.uuid)
        }
    }

    private static let remember = APIRoute.post(
        "/customers/{id}/memories", needs: .customersWrite,
        RouteWords(
            "create_memory", "Remembers something of a customer", tag: "Customers",
            description: """
                What is known in the same words is answered as it is, and counts as told today. A fact or preference "Name: value" takes \
                the place of the one with the same name.
                """,
            answers: .one(.created, "What is remembered", LearningShapes.memory),
            .conflict("customer_erased or customer_merged")),
        taking: MemoryInput.self
    ) { (visit: Visit, input: MemoryInput, customer: CustomerID) in
        let made = try await CustomerRoutes.told {
            try await MemoryDesk(visit.database, visit.sealing, visit.meta).remember(
                input.content, input.kind, relevance: input.relevance, metadata: input.metadata, of: customer)
        }
        guard let made else { throw Problem.notFound }
        return Answer.one(made.row, LearningShapes.memory, .created).tagged(version: made.version)
            .with(.location, "\(APIRoute.base)/customers/\(customer)/memories")
    }

    private static let forget = APIRoute.delete(
        "/customers/{id}/memories/{memory}", needs: .customersWrite,
        RouteWords(
            "delete_memory", "Forgets one thing of a customer", tag: "Customers", answers: .nothing("It is forgotten"))
    ) { (visit: Visit, customer: CustomerID, memory: MemoryID) in
        guard try await CustomerReader(visit.database).get(customer) != nil,
            try await MemoryDesk(visit.database, visit.sealing, visit.meta).forget(memory, of: customer)
        else { throw Problem.notFound }
        return .nothing
    }

    private static let search = APIRoute.post(
        "/memories/search", needs: .learningRead,
        RouteWords(
            "search_memories", "Finds what is remembered, by its words", tag: "Learning",
            description: "`similarity` is which part of the words that were asked for are there.",
            answers: .all("The best first", LearningShapes.found)),
        taking: MemorySearch.self
    ) { visit, input in
        .all(
            try await MemoryReader(visit.database).search(input.search, of: input.customer), LearningShapes.found)
    }

    private static let patterns = APIRoute.get(
        "/patterns", needs: .learningRead,
        RouteWords(
            "list_patterns", "What was learned from calls, the newest first", tag: "Learning",
            description: "Also what is not given to agents any more: `retired_at[present]=false` leaves it out.",
            query: [.list(PatternReader.fields)], answers: .page("A page of them", LearningShapes.pattern))
    ) { visit in
        let place = try visit.place().map { (Timestamp(microseconds: $0.order), PatternID($0.id)) }
        let (rows, total) = try await PatternReader(visit.database).page(
            visit.wish.filters, after: place, limit: visit.wish.limit + 1, countingAll: visit.wish.countsAll)
        return visit.page(rows, LearningShapes.pattern, total: total) {
            .init(order: $0.createdAt.microseconds, id: $0.id.uuid)
        }
    }

    private static let searchPatterns = APIRoute.post(
        "/patterns/search", needs: .learningRead,
        RouteWords(
            "search_patterns", "Finds patterns in use, by their words", tag: "Learning",
            answers: .all("The best first", LearningShapes.foundPattern)),
        taking: PatternSearch.self
    ) { visit, input in
        .all(
            try await PatternReader(visit.database).search(input.search, of: input.agent),
            LearningShapes.foundPattern)
    }
}
