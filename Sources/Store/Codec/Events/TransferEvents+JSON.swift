import Domain
import Wire

extension TransferStarted: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            transfer: try fields("transfer_id"),
            target: try fields("target"),
            mode: try fields("mode")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("transfer_id", transfer)
        json.put("target", target)
        json.put("mode", mode)
    }
}

extension TransferBridged: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            transfer: try fields("transfer_id"),
            target: try fields("target"),
            mode: try fields("mode"),
            took: try fields.optional("took_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("transfer_id", transfer)
        json.put("target", target)
        json.put("mode", mode)
        json.put("took_ms", took)
    }
}

extension TransferEnded: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            transfer: try fields("transfer_id"),
            target: try fields("target"),
            mode: try fields("mode"),
            reason: try fields("reason")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("transfer_id", transfer)
        json.put("target", target)
        json.put("mode", mode)
        json.put("reason", reason)
    }
}
