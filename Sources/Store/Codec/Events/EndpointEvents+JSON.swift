import Domain
import Wire

extension EndpointCreated: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            host: try fields("host"),
            events: try fields("events"),
            isEnabled: try fields("enabled")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("host", host)
        json.put("events", events)
        json.put("enabled", isEnabled)
    }
}

extension EndpointChanged: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            host: try fields.optional("host"),
            events: try fields.optional("events"),
            isEnabled: try fields.optional("enabled")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("host", host)
        json.put("events", events)
        json.put("enabled", isEnabled)
    }
}

extension EndpointDeleted: Fieldwise {
    init(_ fields: Fields) throws(CodecError) { self.init() }

    func write(to json: inout JSONWriter) {}
}

extension EndpointSecretRotated: Fieldwise {
    init(_ fields: Fields) throws(CodecError) { self.init() }

    func write(to json: inout JSONWriter) {}
}

extension EndpointReplayed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            job: try fields("job_id")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("job_id", job)
    }
}

extension DeliveryRetried: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            delivery: try fields("delivery_id"),
            event: try fields("event_id")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("delivery_id", delivery)
        json.put("event_id", event)
    }
}

extension EndpointTested: Fieldwise {
    init(_ fields: Fields) throws(CodecError) { self.init() }

    func write(to json: inout JSONWriter) {}
}

extension EndpointDisabled: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            reason: try fields("reason"),
            failures: try fields("failures")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("reason", reason)
        json.put("failures", failures)
    }
}
