import Domain
import Wire

extension ToolCalled: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            toolCall: try fields("tool_call_id"),
            reply: try fields.optional("reply_id"),
            turn: try fields.optional("turn_id"),
            name: try fields("name"),
            arguments: try fields("arguments"),
            idempotencyKey: try fields("idempotency_key")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("tool_call_id", toolCall)
        json.put("reply_id", reply)
        json.put("turn_id", turn)
        json.put("name", name)
        json.put("arguments", arguments)
        json.put("idempotency_key", idempotencyKey)
    }
}

extension ToolReturned: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            toolCall: try fields("tool_call_id"),
            name: try fields("name"),
            result: try fields("result"),
            took: try fields.optional("took_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("tool_call_id", toolCall)
        json.put("name", name)
        json.put("result", result)
        json.put("took_ms", took)
    }
}

extension ToolFailed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            toolCall: try fields("tool_call_id"),
            name: try fields("name"),
            fault: try fields("fault"),
            status: try fields.optional("status"),
            took: try fields.optional("took_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("tool_call_id", toolCall)
        json.put("name", name)
        json.put("fault", fault)
        json.put("status", status)
        json.put("took_ms", took)
    }
}
