/// A `jsonb` value as the bytes of its text. What they say is the business of others.
package struct JSON: Hashable, Sendable, PostgresValue {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package static var postgresType: PostgresType { .jsonb }

    /// The binary form of `jsonb` is the number 1 and then the text.
    package func encode(into bytes: inout BindBytes) {
        bytes.append(UInt8(1))
        bytes.append(self.bytes)
    }

    /// From `jsonb` as well as `json`, whose binary form is the bare text.
    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> JSON {
        switch type {
        case .json: return JSON(bytes.array())
        case .jsonb:
            guard try bytes.number(UInt8.self) == 1 else { throw .malformed }
            return JSON(bytes.array(from: 1))
        default: throw .wrongType
        }
    }
}

/// A `json` value: kept by the server byte for byte, and cheaper to store than `jsonb`.
package struct JSONText: Hashable, Sendable, PostgresValue {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package static var postgresType: PostgresType { .json }
    package func encode(into bytes: inout BindBytes) { bytes.append(self.bytes) }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> JSONText {
        JSONText(try JSON.decode(bytes, of: type).bytes)
    }
}
