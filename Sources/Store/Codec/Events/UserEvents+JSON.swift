import Domain
import Wire

extension UserCreated: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            email: try fields("email"),
            name: try fields.optional("name"),
            role: try fields("role")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("email", email)
        json.put("name", name)
        json.put("role", role)
    }
}

extension UserSignedIn: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            family: try fields("token_family_id"),
            address: try fields.optional("address")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("token_family_id", family)
        json.put("address", address)
    }
}

extension UserTokenRefreshed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            family: try fields("token_family_id")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("token_family_id", family)
    }
}

extension UserTokenReuseDetected: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            family: try fields("token_family_id"),
            address: try fields.optional("address")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("token_family_id", family)
        json.put("address", address)
    }
}

extension UserRevoked: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            family: try fields.optional("token_family_id"),
            reason: try fields("reason")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("token_family_id", family)
        json.put("reason", reason)
    }
}

extension APIKeyCreated: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            name: try fields("name"),
            scopes: try fields("scopes"),
            rateTier: try fields("rate_tier")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("name", name)
        json.put("scopes", scopes)
        json.put("rate_tier", rateTier)
    }
}

extension APIKeyRevoked: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            reason: try fields("reason")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("reason", reason)
    }
}
