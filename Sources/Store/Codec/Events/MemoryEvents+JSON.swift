import Domain
import Wire

extension MemoryRemembered: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            memory: try fields("memory_id"),
            kind: try fields("kind"),
            content: try fields("content"),
            relevance: try fields.optional("relevance"),
            provenance: try fields.optional("provenance"),
            metadata: try fields.optional("metadata")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("memory_id", memory)
        json.put("kind", kind)
        json.put("content", content)
        json.put("relevance", relevance)
        json.put("provenance", provenance)
        json.put("metadata", metadata)
    }
}

extension MemoryCorrected: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            memory: try fields("memory_id"),
            content: try fields("content"),
            provenance: try fields.optional("provenance"),
            metadata: try fields.optional("metadata")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("memory_id", memory)
        json.put("content", content)
        json.put("provenance", provenance)
        json.put("metadata", metadata)
    }
}

extension MemoryForgotten: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            memory: try fields("memory_id"),
            reason: try fields("reason"),
            provenance: try fields.optional("provenance")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("memory_id", memory)
        json.put("reason", reason)
        json.put("provenance", provenance)
    }
}

extension Provenance: Fieldwise, JSONField {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            call: try fields("call_id"),
            version: try fields("version"),
            events: try fields("event_ids")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("call_id", call)
        json.put("version", version)
        json.put("event_ids", events)
    }
}
