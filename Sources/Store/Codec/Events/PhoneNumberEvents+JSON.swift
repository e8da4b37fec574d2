import Domain
import Wire

extension PhoneNumberCreated: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            number: try fields("number"),
            carrier: try fields("carrier"),
            agent: try fields("agent_id"),
            agentVersion: try fields.optional("agent_version")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("number", number)
        json.put("carrier", carrier)
        json.put("agent_id", agent)
        json.put("agent_version", agentVersion)
    }
}

extension PhoneNumberChanged: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            agent: try fields("agent_id"),
            agentVersion: try fields.optional("agent_version")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("agent_id", agent)
        json.put("agent_version", agentVersion)
    }
}

extension PhoneNumberDeleted: Fieldwise {
    init(_ fields: Fields) throws(CodecError) { self.init() }

    func write(to json: inout JSONWriter) {}
}
