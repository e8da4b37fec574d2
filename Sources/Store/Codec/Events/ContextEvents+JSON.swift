import Domain
import Wire

extension ContextLoaded: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            memories: try fields("memories"),
            patterns: try fields("patterns"),
            took: try fields.optional("took_ms"),
            embeddingSpace: try fields.optional("embedding_space"),
            customer: try fields.optional("customer_id"),
            outcome: try fields.optional("outcome"),
            source: try fields.optional("source")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("memories", memories)
        json.put("patterns", patterns)
        json.put("took_ms", took)
        json.put("embedding_space", embeddingSpace)
        json.put("customer_id", customer)
        json.put("outcome", outcome)
        json.put("source", source)
    }
}

extension RecalledMemory: Fieldwise, JSONField {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            memory: try fields("memory_id"),
            version: try fields.optional("version"),
            similarity: try fields.optional("similarity")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("memory_id", memory)
        json.put("version", version)
        json.put("similarity", similarity)
    }
}

extension RecalledPattern: Fieldwise, JSONField {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            pattern: try fields("pattern_id"),
            similarity: try fields.optional("similarity")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("pattern_id", pattern)
        json.put("similarity", similarity)
    }
}
