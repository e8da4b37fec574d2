import Wire

/// A call that is to be played: who answers, who calls whom, what they do, and what is to come of it.
struct Story {
    /// What somebody on the telephone does, before there is a voice for it.
    enum Step {
        case say(String)
        /// Until the agent has spoken and then been quiet for so many milliseconds.
        case hear(quietFor: Int64)
        /// Until the agent has been heard for so long; the next step falls into its word.
        case hearFor(Int64)
        case wait(Int64)
        case press(String)
        /// Of an answering machine.
        case beep
        case hangUp
    }

    enum Direction: String { case inbound, outbound }

    struct Tool {
        let result: JSONValue
        /// How many milliseconds it takes.
        let after: Int64
    }

    let about: String
    let direction: Direction
    /// What the agent's tools answer, which the simulated carrier serves beside its own.
    let tools: [String: Tool]
    /// The agent, as `POST /agents` takes it, with what the local agent goes by in its prompt; but for the addresses of its tools.
    let agent: JSONValue
    /// The number at which the agent is called or calls from.
    let number: String
    /// The other person's.
    let person: String
    /// The person as a customer, as `POST /customers` takes it; nil for a stranger.
    let customer: JSONValue?
    /// It is a machine that answers, and the carrier knows it so many milliseconds after the answer.
    let machineAfter: Int64?
    private(set) var steps: [Step]
    private(set) var expectations: Expectations
    /// What the same person does in a second call, once what the first one taught is remembered.
    private let again: (steps: [Step], expectations: Expectations)?

    /// What a person does in one call at most.
    static let stepsMax = 200
    /// Longer than any carrier listens for a machine.
    static let machineTimeMax: Int64 = 30_000
    /// Longer than any tool may take.
    static let toolTimeMax: Int64 = 120_000

    init(json bytes: [UInt8]) throws(Trouble) {
        let document: JSONValue
        do { document = try JSONValue(json: bytes) } catch { throw Trouble("the script is no JSON: \(error)") }
        try self.init(document)
    }

    init(_ document: JSONValue) throws(Trouble) {
        let reader = StoryReader(document)
        try reader.knows([
            "about", "direction", "agent", "script", "number", "person", "customer", "tools", "machine", "steps",
            "expect", "again",
        ])
        about = try reader.text("about")
        let word = document["direction"]?.text ?? Direction.inbound.rawValue
        guard let direction = Direction(rawValue: word) else {
            throw Trouble("the script's direction is inbound or outbound, not \(word)")
        }
        self.direction = direction
        let script = document["script"]
        if let script { guard case .object = script else { throw Trouble("the script's \"script\" is an object") } }
        agent = Self.agent(try reader.object("agent"), script)
        tools = try Self.tools(document["tools"], of: agent)
        number = try reader.text("number")
        person = try reader.text("person")
        customer = document["customer"]
        machineAfter = document["machine"]?.wholeNumber
        guard (document["machine"] == nil) == (machineAfter == nil),
            (0...Self.machineTimeMax).contains(machineAfter ?? 0)
        else { throw Trouble("the script's \"machine\" is a time in milliseconds, \(Self.machineTimeMax) at most") }
        steps = try Self.steps(document)
        expectations = try Expectations(document["expect"])
        again = try document["again"].map { second throws(Trouble) in
            try StoryReader(second).knows(["steps", "expect"])
            return (try Self.steps(second), try Expectations(second["expect"]))
        }
    }

    /// The calls that are played, one after the other.
    var calls: [Story] {
        guard let again else { return [self] }
        var second = self
        (second.steps, second.expectations) = again
        return [self, second]
    }

    private static func steps(_ document: JSONValue) throws(Trouble) -> [Step] {
        guard case .array(let items)? = document["steps"], (1...stepsMax).contains(items.count) else {
            throw Trouble("the script needs \"steps\", a list of 1 to \(stepsMax)")
        }
        var steps: [Step] = []
        for (index, item) in items.enumerated() { steps.append(try step(item, index)) }
        return steps
    }

    /// What the local agent goes by stands in the system prompt, which is no place to write JSON in.
    private static func agent(_ agent: JSONValue, _ script: JSONValue?) -> JSONValue {
        guard let script, case .object(let members) = agent else { return agent }
        var persona: [(String, JSONValue)] = []
        if case .object(let known)? = agent["persona"] { persona = known.members.map { ($0.name, $0.value) } }
        let prompt = persona.first { $0.0 == "system_prompt" }?.1.text ?? ""
        persona.removeAll { $0.0 == "system_prompt" }
        persona.append(("system_prompt", .string("\(prompt)\n```local\n\(script.compact)\n```")))
        return .object(
            members.members.map { ($0.name, $0.value) }.filter { $0.0 != "persona" } + [("persona", .object(persona))])
    }

    /// Who is asked by nobody would be a mistake that nobody sees.
    private static func tools(_ tools: JSONValue?, of agent: JSONValue) throws(Trouble) -> [String: Tool] {
        guard let tools else { return [:] }
        guard case .object(let members) = tools else {
            throw Trouble("the script's \"tools\" is an object, a member for each tool")
        }
        let own = toolNames(of: agent)
        var found: [String: Tool] = [:]
        for (name, tool) in members.members.map({ ($0.name, $0.value) }) {
            guard own.contains(name) else {
                throw Trouble("tools.\(name) is none of the agent's tools of the kind http")
            }
            try StoryReader(tool).knows(["result", "after"])
            guard let result = tool["result"] else { throw Trouble("tools.\(name) needs \"result\", what it answers") }
            let after = tool["after"] ?? .integer(0)
            guard let time = after.wholeNumber, (0...toolTimeMax).contains(time) else {
                throw Trouble("tools.\(name).after is a time in milliseconds, \(toolTimeMax) at most")
            }
            found[name] = Tool(result: result, after: time)
        }
        return found
    }

    private static func toolNames(of agent: JSONValue) -> Set<String> {
        guard case .array(let all)? = agent["tools"] else { return [] }
        return Set(all.filter { $0["kind"]?.text == "http" }.compactMap { $0["name"]?.text })
    }

    /// The agent, whose tools of this story are at that address.
    func agent(toolsAt address: (String) -> String) -> JSONValue {
        guard case .object(let members) = agent, case .array(let all)? = agent["tools"] else { return agent }
        let placed = all.map { tool -> JSONValue in
            guard case .object(let object) = tool, let name = tool["name"]?.text, tools[name] != nil else {
                return tool
            }
            let rest = object.members.map { ($0.name, $0.value) }.filter { $0.0 != "url" }
            return .object(rest + [("url", .string(address(name)))])
        }
        return .object(
            members.members.map { ($0.name, $0.value) }.filter { $0.0 != "tools" } + [("tools", .array(placed))])
    }

    private static func step(_ item: JSONValue, _ index: Int) throws(Trouble) -> Step {
        guard case .object(let object) = item, let member = object.members.first, object.members.count == 1 else {
            throw Trouble("step \(index) of the script is an object of one member, such as {\"say\": \"Hello\"}")
        }
        switch (member.name, member.value) {
        case ("say", .string(let text)): return .say(text)
        case ("hear", .integer(let time)) where (100...60_000).contains(time): return .hear(quietFor: time)
        case ("hear_for", .integer(let time)) where (20...60_000).contains(time): return .hearFor(time)
        case ("wait", .integer(let time)) where (0...600_000).contains(time): return .wait(time)
        case ("press", .string(let keys)) where keys.allSatisfy { "0123456789*#ABCD".contains($0) }: return .press(keys)
        case ("beep", .bool(true)): return .beep
        case ("hang_up", .bool(true)): return .hangUp
        default:
            throw Trouble(
                """
                step \(index) of the script is none that I know: {"say": TEXT}, {"hear": QUIET_MS}, {"hear_for": MS}, \
                {"wait": MS}, {"press": KEYS}, {"beep": true} or {"hang_up": true}
                """)
        }
    }
}

/// Reads a script's members, with words for whoever wrote it.
struct StoryReader {
    private let document: JSONValue

    init(_ document: JSONValue) { self.document = document }

    /// A member that is misspelt shall not be a wish that nobody hears.
    func knows(_ names: Set<String>) throws(Trouble) {
        guard case .object(let object) = document else { throw Trouble("the script is no JSON object") }
        if let stranger = object.members.first(where: { !names.contains($0.name) }) {
            throw Trouble(
                "the script has an unknown member \(stranger.name); known are \(names.sorted().joined(separator: ", "))"
            )
        }
    }

    func text(_ name: String) throws(Trouble) -> String {
        guard let text = document[name]?.text, !text.isEmpty else {
            throw Trouble("the script needs \"\(name)\", a text")
        }
        return text
    }

    func object(_ name: String) throws(Trouble) -> JSONValue {
        guard let value = document[name], case .object = value else {
            throw Trouble("the script needs \"\(name)\", an object")
        }
        return value
    }
}
