import Domain
import Wire

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
