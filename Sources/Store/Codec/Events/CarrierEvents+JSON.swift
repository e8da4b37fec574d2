import Domain
import Wire

extension CallRequested: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            direction: try fields("direction"),
            from: try fields.optional("from"),
            to: try fields("to"),
            agent: try fields("agent_id"),
            agentVersion: try fields("agent_version"),
            customer: try fields.optional("customer_id"),
            campaign: try fields.optional("campaign_id"),
            metadata: try fields.optional("metadata"),
            variables: try fields.optional("dynamic_variables")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("direction", direction)
        json.put("from", from)
        json.put("to", to)
        json.put("agent_id", agent)
        json.put("agent_version", agentVersion)
        json.put("customer_id", customer)
        json.put("campaign_id", campaign)
        json.put("metadata", metadata)
        json.put("dynamic_variables", variables)
    }
}

extension CallChanged: Fieldwise {
    init(_ fields: Fields) throws(CodecError) { self.init(metadata: try fields("metadata")) }

    func write(to json: inout JSONWriter) { json.put("metadata", metadata) }
}

extension CallDialed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            leg: try CarrierLeg(fields)
        )
    }

    func write(to json: inout JSONWriter) {
        leg.write(to: &json)
    }
}

extension CallRinging: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            leg: try CarrierLeg(fields)
        )
    }

    func write(to json: inout JSONWriter) {
        leg.write(to: &json)
    }
}

extension CallReceived: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            from: try fields("from"),
            to: try fields("to"),
            leg: try CarrierLeg(fields),
            agent: try fields.optional("agent_id"),
            agentVersion: try fields.optional("agent_version"),
            customer: try fields.optional("customer_id")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("from", from)
        json.put("to", to)
        leg.write(to: &json)
        json.put("agent_id", agent)
        json.put("agent_version", agentVersion)
        json.put("customer_id", customer)
    }
}

extension CallAnswered: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            answeredBy: try fields.optional("answered_by"),
            at: try fields.optional("at_us")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("answered_by", answeredBy)
        json.put("at_us", at)
    }
}

extension MachineDetected: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            verdict: try fields("verdict"),
            took: try fields.optional("took_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("verdict", verdict)
        json.put("took_ms", took)
    }
}

extension CarrierLeg: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            carrier: try fields("carrier"),
            control: try fields("call_control_id"),
            session: try fields.optional("call_session_id"),
            leg: try fields.optional("leg_id")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("carrier", carrier)
        json.put("call_control_id", control)
        json.put("call_session_id", session)
        json.put("leg_id", leg)
    }
}
