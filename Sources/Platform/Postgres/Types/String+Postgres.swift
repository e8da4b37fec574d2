extension String: PostgresValue {
    package static var postgresType: PostgresType { .text }
    package func encode(into bytes: inout BindBytes) { bytes.append(text: self) }

    /// Any type whose binary form is its text, of extensions and enumerations too (their numbers are not known here).
    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> String {
        switch type {
        case .text, .varchar, .bpchar, .name, .json, .unknown: break
        case .vector, .halfvec, .vectorArray, .halfvecArray: throw .wrongType
        default: if type.oid < PostgresType.firstInstalled { throw .wrongType }
        }
        return try unsafe bytes.withUnsafeBytes { (raw) throws(PostgresMismatch) in
            guard let text = unsafe String(validating: raw, as: UTF8.self) else { throw .malformed }
            return text
        }
    }
}
