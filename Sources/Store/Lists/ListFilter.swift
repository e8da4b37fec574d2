package import Postgres

/// A wish that a list's rows must fulfil: a column of the allow-list, an operator it has, values of its kind.
package struct ListFilter: Sendable {
    package enum Operator: String, Hashable, Sendable, CaseIterable {
        case eq, ne, gt, gte, lt, lte, `in`, prefix, contains, present
    }

    /// How many values `in` takes.
    package static let valuesMax = 100
    /// How long a text may be that is looked for, in bytes.
    package static let textMax = 320
    /// Of a member of a document, in bytes.
    package static let keyLengths = 1...64

    let condition: SQL

    /// All of them; `true` where there are none.
    package static func all(_ filters: [ListFilter]) -> SQL {
        filters.reduce("true") { "\($0) AND \($1.condition)" }
    }
}
