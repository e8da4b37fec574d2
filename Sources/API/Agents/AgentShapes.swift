import Crypto
import Domain
import HTTP
import Store
import Wire

/// How agents and their versions are written: what can be set, in the shape in which it is set.
enum AgentShapes {
    static let components = [agent.component, version.component]

    static let agent = JSONShape<AgentRow>(
        "Agent",
        [
            .id("id") { $0.id },
            .number("version", 4) { Int64($0.version) },
            .word("status") { $0.status },
            .numberOrNull("live_version", 2) { $0.liveVersion.map(Int64.init) },
            .number("latest_version", 2) { Int64($0.latestVersion) },
            .flag("has_unpublished_changes") { $0.hasChanges },
            .time("created_at") { $0.createdAt },
            .time("updated_at") { $0.updatedAt },
            .timeOrNull("archived_at") { $0.archivedAt },
            .text("name", "Reception") { $0.name },
        ] + settings { $0.settings })

    static let version = JSONShape<AgentVersionRow>(
        "AgentVersion",
        [
            .id("agent_id") { $0.agent },
            .number("agent_version", 2) { Int64($0.number) },
            .flag("is_live") { $0.isLive },
            .time("published_at") { $0.publishedAt },
            .text("name", "Reception") { $0.name },
        ] + settings { $0.settings })

    private static func settings<Row>(
        _ get: @escaping @Sendable (Row) -> Freeform
    ) -> [JSONShape<Row>.Member] {
        let example = BodyReader.completed(AgentInput.self)
        return BodyReader.describing(AgentInput.self).declared.filter { $0.name != "name" }.map { name, schema in
            .init(name: name, schema: schema, example: example[name] ?? .null) { row, json in
                (get(row)[name] ?? .null).writeValue(to: &json)
            }
        }
    }
}
