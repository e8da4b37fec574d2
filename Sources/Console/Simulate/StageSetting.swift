import HTTP
import Wire

/// Sets the scene of a story in the system: its agent, live and with its number, and its customer.
struct StageSetting {
    let house: HouseClient
    let story: Story
    /// The agent as it shall be.
    let agent: JSONValue

    /// Answers the agent's id. What is there already stays.
    func prepare() async throws -> String {
        let agent = try await published()
        let known = try await house.rows("/phone-numbers?limit=200").first { $0["number"]?.text == story.number }
        if known?["agent_id"]?.text != agent {
            if let other = known?["id"]?.text { try await house.done(.delete, "/phone-numbers/\(other)") }
            try await house.done(
                .post, "/phone-numbers",
                .object([
                    ("number", .string(story.number)), ("agent_id", .string(agent)),
                    ("connection", .string("simulated")),
                ]))
        }
        if let customer = story.customer { try await house.done(.post, "/customers", customer, or: "customer_exists") }
        return agent
    }

    private func published() async throws -> String {
        let name = agent["name"]?.text
        let known = try await house.rows("/agents?status[ne]=archived&limit=200").first { $0["name"]?.text == name }
        guard let id = known?["id"]?.text else {
            let made = try await house.done(.post, "/agents", agent)
            guard let id = made["id"]?.text else { throw Trouble("the API made an agent without an id") }
            try await house.done(.post, "/agents/\(id)/publish")
            return id
        }
        try await house.done(.patch, "/agents/\(id)", agent)
        try await house.done(.post, "/agents/\(id)/publish", nil, or: "nothing_to_publish")
        return id
    }
}
