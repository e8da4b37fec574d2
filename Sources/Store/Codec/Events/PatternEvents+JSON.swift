import Domain
import Wire

extension PatternLearned: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            kind: try fields("pattern_type"),
            summary: try fields("summary"),
            details: try fields.optional("details"),
            agent: try fields.optional("agent_id"),
            successRate: try fields.optional("success_rate"),
            provenance: try fields.optional("provenance")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("pattern_type", kind)
        json.put("summary", summary)
        json.put("details", details)
        json.put("agent_id", agent)
        json.put("success_rate", successRate)
        json.put("provenance", provenance)
    }
}

extension PatternReinforced: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            success: try fields.optional("success"),
            successRate: try fields.optional("success_rate"),
            uses: try fields("uses"),
            provenance: try fields.optional("provenance")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("success", success)
        json.put("success_rate", successRate)
        json.put("uses", uses)
        json.put("provenance", provenance)
    }
}

extension PatternRetired: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            reason: try fields("reason"),
            successRate: try fields.optional("success_rate")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("reason", reason)
        json.put("success_rate", successRate)
    }
}
