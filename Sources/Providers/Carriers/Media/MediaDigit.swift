/// A key of the telephone that was pressed. Keys may come out of order; `occurredAt` puts them right.
package struct MediaDigit: Equatable {
    package static let keys = "0123456789ABCD*#"

    /// One of `keys`.
    package let key: Character
    package let sequence: Int64?
    /// RFC 3339, with a fraction.
    package let occurredAt: String?
}
