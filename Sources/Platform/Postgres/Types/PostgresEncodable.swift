/// A Swift value that can be a bind.
package protocol PostgresEncodable: Sendable {
    /// What the statement is prepared with. The server converts from it where the column is of another type.
    static var postgresType: PostgresType { get }
    var isPostgresNull: Bool { get }
    /// Writes the binary form. What has none calls `fail`: the statement is then refused before it is sent.
    func encode(into bytes: inout BindBytes)
}

extension PostgresEncodable {
    package var isPostgresNull: Bool { false }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    package static var postgresType: PostgresType { Wrapped.postgresType }
    package var isPostgresNull: Bool { self?.isPostgresNull ?? true }
    package func encode(into bytes: inout BindBytes) { self?.encode(into: &bytes) }
}
