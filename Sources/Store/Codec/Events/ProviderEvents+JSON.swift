import Domain
import Wire

extension ProviderFailed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            kind: try fields("kind"),
            provider: try fields("provider"),
            fault: try fields("fault"),
            status: try fields.optional("status"),
            turn: try fields.optional("turn_id")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("kind", kind)
        json.put("provider", provider)
        json.put("fault", fault)
        json.put("status", status)
        json.put("turn_id", turn)
    }
}

extension ProviderFellBack: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            kind: try fields("kind"),
            provider: try fields("provider"),
            next: try fields("next"),
            fault: try fields("fault"),
            turn: try fields.optional("turn_id"),
            took: try fields.optional("took_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("kind", kind)
        json.put("provider", provider)
        json.put("next", next)
        json.put("fault", fault)
        json.put("turn_id", turn)
        json.put("took_ms", took)
    }
}

extension ProviderRecovered: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            kind: try fields("kind"),
            provider: try fields("provider"),
            downFor: try fields.optional("down_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("kind", kind)
        json.put("provider", provider)
        json.put("down_ms", downFor)
    }
}
