import Domain
import HTTP
import Store
import Wire

/// The providers of the platform, as those find them who carry calls.
enum ProviderRoutes {
    static let all: [APIRoute] = [list]
    static let components = [shape.component]

    private static let shape = JSONShape<ProviderBoard.Standing>(
        "Provider",
        [
            .word("kind") { $0.kind },
            .text("name", "cartesia") { $0.name },
            .number("working", 4) { Int64($0.working) },
            .number("resting", 0) { Int64($0.resting) },
        ])

    private static let list = APIRoute.get(
        "/ops/providers", needs: .platformRead,
        RouteWords(
            "list_providers", "How providers are doing", tag: "Operations",
            description: """
                In how many of the loops that carry calls each one works, and in how many it rests after failures. Providers are the \
                platform's. Which of them an agent's calls use, and in which order, is the agent's to say.
                """,
            answers: .all("Providers, by kind and name", shape))
    ) { visit in .all(try await visit.providers.standings(), shape) }
}
