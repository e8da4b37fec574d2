import Domain
import Wire

extension CustomerCreated: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            phone: try fields.optional("phone"),
            email: try fields.optional("email"),
            name: try fields.optional("name"),
            segment: try fields.optional("segment"),
            metadata: try fields.optional("metadata")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("phone", phone)
        json.put("email", email)
        json.put("name", name)
        json.put("segment", segment)
        json.put("metadata", metadata)
    }
}

extension CustomerChanged: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            changes: try fields("changes")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("changes", changes)
    }
}

extension CustomerMerged: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            absorbed: try fields("absorbed_customer_id")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("absorbed_customer_id", absorbed)
    }
}

extension CustomerErased: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            reason: try fields("reason")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("reason", reason)
    }
}
