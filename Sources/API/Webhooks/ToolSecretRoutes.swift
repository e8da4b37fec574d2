import Domain
import HTTP
import Store
import Wire

/// What an organization's tools know us by.
enum ToolSecretRoutes {
    static let all: [APIRoute] = [get, rotate]
    static let components = [shape.component]

    private static let shape = JSONShape<ToolSecret>(
        "ToolSecret",
        [
            .number("version", 1) { Int64($0.version) },
            .text("secret", "whsec_…") { $0.text },
            .timeOrNull("previous_secret_until") { $0.previousUntil },
            .time("updated_at") { $0.updatedAt },
        ])

    private static func desk(_ visit: Visit) -> ToolSecretDesk {
        ToolSecretDesk(visit.database, visit.outgoing.secrets, visit.meta)
    }

    private static let get = APIRoute.get(
        "/organization/tool-secret", needs: .agentsWrite,
        RouteWords(
            "get_tool_secret", "What posts to tools are signed with", tag: "Agents",
            description: """
                One secret for all tools of the organization, made when it is first needed. Posts carry `webhook-id`, \
                `webhook-timestamp` and `webhook-signature` as Standard Webhooks has them. Whoever has the secret can ask tools in our \
                name, so it takes the right to change agents to read it.
                """,
            answers: .one(.ok, "The secret", shape))
    ) { visit in
        let secret = try await desk(visit).get()
        return visit.tagged(.one(secret, shape), version: secret.version)
    }

    private static let rotate = APIRoute.post(
        "/organization/tool-secret/rotate", needs: .agentsWrite,
        RouteWords(
            "rotate_tool_secret", "Gives tools a new secret", tag: "Agents",
            description: "The old one signs as well for a day: `webhook-signature` then has two codes.",
            answers: .one(.ok, "The new secret", shape), .notAsMatched)
    ) { visit in
        let secret = try await desk(visit).rotate { try visit.requireMatch(version: $0) }
        return Answer.one(secret, shape).tagged(version: secret.version)
    }
}
