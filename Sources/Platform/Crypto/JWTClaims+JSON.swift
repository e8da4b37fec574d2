import Wire

extension JWTClaims {
    private static let registered: Set<String> = ["iss", "sub", "aud", "jti", "iat", "exp", "nbf"]

    /// As whole seconds, the most widely understood spelling; a lone audience is a string. The moments are rounded so
    /// that a token never lives longer than asked.
    func payload() -> JSONValue {
        precondition(Self.registered.isDisjoint(with: others.keys), "a registered claim among the others")
        var members: [(String, JSONValue)] = [
            ("iss", .string(issuer)), ("sub", .string(subject)),
            ("aud", audience.count == 1 ? .string(audience[0]) : .array(audience.map(JSONValue.string))),
            ("jti", .string(tokenID)), ("iat", .integer(issuedAt.milliseconds / 1_000)),
            ("exp", .integer(expiresAt.milliseconds / 1_000)),
        ]
        if let notBefore { members.append(("nbf", .integer((notBefore.milliseconds + 999) / 1_000))) }
        members += others.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return .object(members)
    }

    init(payload: JSONValue) throws(JWTRefusal) {
        guard case .object(let object) = payload else { throw .malformed }
        issuer = try Self.text("iss", of: payload)
        subject = try Self.text("sub", of: payload)
        tokenID = try Self.text("jti", of: payload)
        audience = try Self.audience(of: payload)
        issuedAt = try Self.moment("iat", of: payload, rounding: .down)
        expiresAt = try Self.moment("exp", of: payload, rounding: .down)
        notBefore = object["nbf"] == nil ? nil : try Self.moment("nbf", of: payload, rounding: .up)
        let unregistered = object.members.filter { !Self.registered.contains($0.name) }
        others = Dictionary(uniqueKeysWithValues: unregistered.map { ($0.name, $0.value) })
    }

    private static func text(_ name: StaticString, of payload: JSONValue) throws(JWTRefusal) -> String {
        guard let value = payload[name.description] else { throw .missing(.init(name)) }
        guard let text = value.text, !text.isEmpty else { throw .unusable(.init(name)) }
        return text
    }

    private static func audience(of payload: JSONValue) throws(JWTRefusal) -> [String] {
        switch payload["aud"] {
        case nil: throw .missing("aud")
        case .string(let name): return [name]
        case .array(let elements):
            let names = elements.compactMap(\.text)
            guard names.count == elements.count, !names.isEmpty else { throw .unusable("aud") }
            return names
        default: throw .unusable("aud")
        }
    }

    /// The latest second that makes sense in a token: the end of the year 9999.
    private static let secondsMax = 253_402_300_799.0

    private static func moment(
        _ name: StaticString, of payload: JSONValue, rounding: FloatingPointRoundingRule
    ) throws(JWTRefusal) -> Timestamp {
        guard let value = payload[name.description] else { throw .missing(.init(name)) }
        guard let seconds = value.number, 0...secondsMax ~= seconds else { throw .unusable(.init(name)) }
        return Timestamp(milliseconds: Int64((seconds * 1_000).rounded(rounding)))
    }
}
