import Domain
import Wire

extension ReplyRequested: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            reply: try fields("reply_id"),
            turn: try fields.optional("turn_id"),
            provider: try fields("provider"),
            model: try fields("model"),
            tokensIn: try fields.optional("tokens_in")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("reply_id", reply)
        json.put("turn_id", turn)
        json.put("provider", provider)
        json.put("model", model)
        json.put("tokens_in", tokensIn)
    }
}

extension ReplyFirstToken: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            reply: try fields("reply_id"),
            turn: try fields.optional("turn_id"),
            provider: try fields("provider"),
            model: try fields("model"),
            took: try fields("took_ms")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("reply_id", reply)
        json.put("turn_id", turn)
        json.put("provider", provider)
        json.put("model", model)
        json.put("took_ms", took)
    }
}

extension ReplyFinished: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            reply: try fields("reply_id"),
            turn: try fields.optional("turn_id"),
            provider: try fields("provider"),
            model: try fields("model"),
            tokensIn: try fields.optional("tokens_in"),
            tokensOut: try fields.optional("tokens_out"),
            tokensCached: try fields.optional("tokens_cached"),
            took: try fields.optional("took_ms"),
            finish: try fields("finish_reason")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("reply_id", reply)
        json.put("turn_id", turn)
        json.put("provider", provider)
        json.put("model", model)
        json.put("tokens_in", tokensIn)
        json.put("tokens_out", tokensOut)
        json.put("tokens_cached", tokensCached)
        json.put("took_ms", took)
        json.put("finish_reason", finish)
    }
}
