import Domain
import Wire

extension AgentCreated: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            name: try fields("name"),
            settings: try fields("settings")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("name", name)
        json.put("settings", settings)
    }
}

extension AgentChanged: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            name: try fields.optional("name"),
            settings: try fields.optional("settings")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("name", name)
        json.put("settings", settings)
    }
}

extension AgentPublished: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            agentVersion: try fields("agent_version"),
            settings: try fields("settings")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("agent_version", agentVersion)
        json.put("settings", settings)
    }
}

extension AgentRestored: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            agentVersion: try fields("agent_version")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("agent_version", agentVersion)
    }
}

extension AgentArchived: Fieldwise {
    init(_ fields: Fields) throws(CodecError) { self.init() }

    func write(to json: inout JSONWriter) {}
}
