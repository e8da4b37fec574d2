package import Domain
import Wire

extension EventMeta: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            request: try fields.optional("request_id"),
            turn: try fields.optional("turn_id"),
            trace: try fields.optional("trace_id"),
            correlation: try fields.optional("correlation_id"),
            causation: try fields.optional("causation_id"),
            actor: try fields.optional("actor"),
            address: try fields.optional("address"),
            agentVersion: try fields.optional("agent_version"))
    }

    func write(to json: inout JSONWriter) {
        json.put("request_id", request)
        json.put("turn_id", turn)
        json.put("trace_id", trace)
        json.put("correlation_id", correlation)
        json.put("causation_id", causation)
        json.put("actor", actor)
        json.put("address", address)
        json.put("agent_version", agentVersion)
    }
}

extension Actor: Fieldwise, JSONField {
    init(_ fields: Fields) throws(CodecError) {
        let kind: String = try fields("kind")
        switch kind {
        case "user": self = .user(try fields("id"))
        case "api_key": self = .apiKey(try fields("id"))
        case "carrier": self = .carrier(try fields("id"))
        case "agent": self = .agent(try fields("id"))
        case "system": self = .system(try fields("id"))
        default: throw fields.illTyped("kind")
        }
    }

    func write(to json: inout JSONWriter) {
        switch self {
        case .user(let id): write("user", id, to: &json)
        case .apiKey(let id): write("api_key", id, to: &json)
        case .carrier(let name): write("carrier", name, to: &json)
        case .agent(let id): write("agent", id, to: &json)
        case .system(let name): write("system", name, to: &json)
        }
    }

    private func write<Value: JSONField>(_ kind: String, _ id: Value, to json: inout JSONWriter) {
        json.put("kind", kind)
        json.put("id", id)
    }
}
