import Crypto
import Domain
import Postgres
import Wire

/// Reads a wide row from left to right.
struct RowReader {
    private let row: PostgresRow
    private var column = 0

    init(_ row: PostgresRow) { self.row = row }

    mutating func next<Value: PostgresDecodable>(_ type: Value.Type = Value.self) throws -> Value {
        defer { column += 1 }
        return try row.decode(type, at: column)
    }

    mutating func id<Subject>(_: ID<Subject>.Type) throws -> ID<Subject> { ID(try next(UUID.self)) }

    mutating func id<Subject>(_: ID<Subject>?.Type) throws -> ID<Subject>? { try next(UUID?.self).map(ID.init) }

    mutating func instant() throws -> Instant? { try next(Timestamp?.self).map(Instant.init) }

    mutating func span() throws -> Milliseconds? { try next(Int64?.self).map { Milliseconds($0) } }

    mutating func number() throws -> Int? { try next(Int64?.self).map { Int($0) } }

    mutating func personal() throws -> Private<String>? { try next(String?.self).map(Private.init) }

    /// A word of a closed list.
    mutating func word<Word: RawRepresentable>(_ type: Word.Type) throws -> Word? where Word.RawValue == String {
        guard let text = try next(String?.self) else { return nil }
        guard let word = Word(rawValue: text) else { throw ReadModelIsForeign(what: "\(type)") }
        return word
    }

    mutating func score() throws -> Score? {
        guard let number = try next(Double?.self) else { return nil }
        guard let score = Score(number) else { throw ReadModelIsForeign(what: "a score") }
        return score
    }

    mutating func fraction() throws -> Fraction? {
        guard let number = try next(Double?.self) else { return nil }
        guard let fraction = Fraction(number) else { throw ReadModelIsForeign(what: "a fraction") }
        return fraction
    }
}

/// A row of a read model says what this release can't have written.
package struct ReadModelIsForeign: Error, Hashable, Sendable, CustomStringConvertible {
    package let what: String

    package var description: String {
        "a read model's row holds a \(what) that this release does not know: build a new version of it from the log"
    }
}
