package import Crypto

extension UUID: PostgresValue {
    package static var postgresType: PostgresType { .uuid }
    package func encode(into bytes: inout BindBytes) { bytes.append(value) }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> UUID {
        guard type == .uuid else { throw .wrongType }
        return UUID(value: try bytes.wholeNumber(UInt128.self))
    }
}
