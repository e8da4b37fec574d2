import Crypto
import Domain
import HTTP
import Providers
import Store
import Wire

/// Agents: a draft that is changed, published as versions that are not.
enum AgentRoutes {
    static let all: [APIRoute] = [list, create, get, change, archive, publish, versions, version, restore]

    private static let list = APIRoute.get(
        "/agents", needs: .agentsRead,
        RouteWords(
            "list_agents", "Agents, the newest first", tag: "Agents", query: [.list(AgentReader.fields)],
            answers: .page("A page of them", AgentShapes.agent))
    ) { visit in
        let place = try visit.place().map { (Timestamp(microseconds: $0.order), $0.id) }
        let (rows, total) = try await AgentReader(visit.database).page(
            visit.wish.filters, after: place, limit: visit.wish.limit + 1, countingAll: visit.wish.countsAll)
        return visit.page(rows, AgentShapes.agent, total: total) {
            .init(order: $0.createdAt.microseconds, id: $0.id.uuid)
        }
    }

    private static let create = APIRoute.post(
        "/agents", needs: .agentsWrite,
        RouteWords(
            "create_agent", "Makes an agent", tag: "Agents",
            description: "As a draft: calls run on it once it is published. What is left out gets what is usual.",
            answers: .one(.created, "The agent", AgentShapes.agent)),
        taking: AgentInput.self
    ) { visit, input in
        try requireAddresses(input.tools, visit)
        let row = try await AgentDesk(visit.database, visit.meta).create(named: input.name, input.settings)
        return answer(row, .created).with(.location, "\(APIRoute.base)/agents/\(row.id)")
    }

    private static let get = APIRoute.get(
        "/agents/{id}", needs: .agentsRead,
        RouteWords(
            "get_agent", "One agent, as it is worked on", tag: "Agents", query: [.minVersion],
            answers: .one(.ok, "The agent", AgentShapes.agent), .conflict("not_yet_projected"))
    ) { (visit: Visit, agent: AgentID) in
        guard let row = try await AgentReader(visit.database).get(agent) else { throw Problem.notFound }
        // Rows are as far as their streams: a version that is not here is not anywhere.
        if let wanted = visit.wish.number("min_version"), wanted > Int(row.version) { throw Problems.notYetProjected }
        return visit.tagged(.one(row, AgentShapes.agent), version: row.version)
    }

    private static let change = APIRoute.patch(
        "/agents/{id}", needs: .agentsWrite,
        RouteWords(
            "change_agent", "Changes what is worked on", tag: "Agents",
            description: "Members that are named take the place of those before, as a whole; null is what is usual.",
            answers: .one(.ok, "The agent", AgentShapes.agent), .conflict("agent_archived"), .notAsMatched),
        taking: AgentPatch.self
    ) { (visit: Visit, input: AgentPatch, agent: AgentID) in
        try requireAddresses(input.tools, visit)
        return try await changed(visit) { try await $0.change(agent, name: input.name, input.settings, $1) }
    }

    private static let archive = APIRoute.delete(
        "/agents/{id}", needs: .agentsWrite,
        RouteWords(
            "archive_agent", "Archives an agent", tag: "Agents",
            description: "It takes no more calls, and can still be read. One that is archived already stays so.",
            answers: .nothing("It is archived"), .conflict("agent_in_use: numbers are answered by it"), .notAsMatched)
    ) { (visit: Visit, agent: AgentID) in
        _ = try await changed(visit) { try await $0.archive(agent, $1) }
        return .nothing
    }

    private static let publish = APIRoute.post(
        "/agents/{id}/publish", needs: .agentsWrite,
        RouteWords(
            "publish_agent", "Publishes what is worked on", tag: "Agents",
            description: "It becomes a version that never changes, and calls that begin from now on run on it.",
            answers: .one(.ok, "The agent", AgentShapes.agent), .conflict("agent_archived or nothing_to_publish"),
            .notAsMatched)
    ) { (visit: Visit, agent: AgentID) in
        try await changed(visit) { try await $0.publish(agent, $1) }
    }

    private static let versions = APIRoute.get(
        "/agents/{id}/versions", needs: .agentsRead,
        RouteWords(
            "list_agent_versions", "What was published, the latest first", tag: "Agents", query: [.list([])],
            answers: .page("A page of them", AgentShapes.version))
    ) { (visit: Visit, agent: AgentID) in
        let reader = AgentReader(visit.database)
        guard try await reader.get(agent) != nil else { throw Problem.notFound }
        let (rows, total) = try await reader.versions(
            of: agent, before: try visit.place().map { Int32(clamping: $0.order) }, limit: visit.wish.limit + 1,
            countingAll: visit.wish.countsAll)
        return visit.page(rows, AgentShapes.version, total: total) { .init(order: Int64($0.number), id: $0.agent.uuid) }
    }

    private static let version = APIRoute.get(
        "/agents/{id}/versions/{number}", needs: .agentsRead,
        RouteWords(
            "get_agent_version", "One version", tag: "Agents",
            answers: .one(.ok, "The version", AgentShapes.version))
    ) { (visit: Visit, agent: AgentID, number: Int) in
        guard let number = Int32(exactly: number),
            let row = try await AgentReader(visit.database).version(number, of: agent)
        else { throw Problem.notFound }
        return .one(row, AgentShapes.version)
    }

    private static let restore = APIRoute.post(
        "/agents/{id}/versions/{number}/restore", needs: .agentsWrite,
        RouteWords(
            "restore_agent_version", "Lets calls run on an earlier version again", tag: "Agents",
            description: "What is worked on stays as it is.",
            answers: .one(.ok, "The agent", AgentShapes.agent), .conflict("agent_archived"), .notAsMatched)
    ) { (visit: Visit, agent: AgentID, number: Int) in
        guard let number = Int32(exactly: number) else { throw Problem.notFound }
        return try await changed(visit) { try await $0.restore(number, of: agent, $1) }
    }

    // MARK: - How

    /// What holds for webhooks holds for tools: both are posts to where somebody else has said.
    private static func requireAddresses(_ tools: [ToolInput], _ visit: Visit) throws(Problem) {
        let faults = tools.enumerated().compactMap { place, tool in
            tool.url.flatMap(visit.outgoing.settings.fault).map { (place, $0) }
        }
        guard faults.isEmpty else {
            throw Problems.invalidBody(faults.map { .init(pointer: "/tools/\($0)/url", message: $1) })
        }
    }

    private static func answer(_ row: AgentRow, _ status: Status = .ok) -> Answer {
        Answer.one(row, AgentShapes.agent, status).tagged(version: row.version)
    }

    private static func changed(
        _ visit: Visit, _ change: (AgentDesk, AgentDesk.Match) async throws -> AgentRow?
    ) async throws -> Answer {
        do {
            let desk = AgentDesk(visit.database, visit.meta)
            guard let row = try await change(desk, { try visit.requireMatch(version: $0) }) else {
                throw Problem.notFound
            }
            return answer(row)
        } catch let refusal as AgentRefusal {
            throw problem(refusal)
        }
    }

    private static func problem(_ refusal: AgentRefusal) -> Problem {
        switch refusal {
        case .isArchived: Problems.conflict("agent_archived", "it is archived: make another one")
        case .nothingToPublish: Problems.conflict("nothing_to_publish", "calls run on just that already")
        case .noSuchVersion: .notFound
        case .hasNumbers(let count):
            Problems.conflict("agent_in_use", "\(count) numbers are answered by it: delete them first")
        }
    }
}
