/// A statement with its values: made from a string literal, never from a string.
///
/// An interpolated Swift value becomes a bind (`$1`), an interpolated `SQL` is spliced in with its binds renumbered, an
/// interpolated `Identifier` is quoted. There is no other way for run-time text into a statement but `SQL(unsafe:)`,
/// which the migrations use. The compiler keeps that promise: the pieces are `StaticString`s.
///
/// The text itself is only put together when a connection prepares the statement. Until then a statement is known by
/// where its literals lie in memory, folded into a fingerprint while the value is made.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// How many values the protocol can carry.
    package static let bindsMax = 65_535

    private enum Piece: BitwiseCopyable, Sendable {
        case literal(StaticString)
        /// Its place in `texts`.
        case text(Int)
        case bind(PostgresType)
    }

    private var pieces = ShortList(filler: Piece.text(0))
    private var texts: [String] = []
    private(set) var fingerprint: UInt64
    private(set) var binds: Binds

    package init(stringLiteral literal: StaticString) {
        self.init(reserving: 0)
        append(literal)
    }

    package init(stringInterpolation: Interpolation) { self = stringInterpolation.sql }

    /// For text that is no literal: a migration read from a file. Nothing that came from outside may get in here.
    package init(unsafe text: String) {
        self.init(reserving: 0)
        append(text: text)
    }

    init(reserving interpolations: Int) {
        pieces.reserve(2 * interpolations + 1)
        fingerprint = 0x9e37_79b9_7f4a_7c15
        binds = Binds(reserving: interpolations)
    }

    /// What stopped a value from becoming a bind; the statement is then refused before it is sent.
    var failure: PostgresError.Code? {
        binds.count > Self.bindsMax ? .invalidParameter("more than \(Self.bindsMax) values") : binds.failure
    }

    // MARK: - Putting together

    mutating func append(_ literal: StaticString) {
        let count = literal.utf8CodeUnitCount
        guard count > 0 else { return }
        mix(unsafe UInt64(UInt(bitPattern: literal.utf8Start)))
        mix(UInt64(count))
        pieces.append(.literal(literal))
    }

    mutating func append(text: String) {
        var hasher = Hasher()
        text.hash(into: &hasher)
        mix(UInt64(bitPattern: Int64(hasher.finalize())))
        pieces.append(.text(texts.count))
        texts.append(text)
    }

    mutating func append<Value: PostgresEncodable>(_ value: Value) {
        mix(UInt64(Value.postgresType.oid))
        pieces.append(.bind(Value.postgresType))
        binds.append(value)
    }

    mutating func append(_ fragment: SQL) {
        mix(fragment.fingerprint)
        for index in 0..<fragment.pieces.count {
            if case .text(let place) = fragment.pieces[index] {
                pieces.append(.text(texts.count + place))
            } else {
                pieces.append(fragment.pieces[index])
            }
        }
        texts.append(contentsOf: fragment.texts)
        binds.append(fragment.binds)
    }

    private mutating func mix(_ word: UInt64) {
        let product = (fingerprint ^ word).multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
        fingerprint = product.high ^ product.low &+ 0xe703_7ed1_a0b4_28db
    }

    // MARK: - What a connection asks for

    /// The same statement without its values, to be kept.
    static func statement(of sql: SQL) -> SQL {
        var statement = sql
        statement.binds = Binds(reserving: 0)
        return statement
    }

    /// The statement as the server sees it.
    var text: String {
        var text = ""
        var number = 0
        for index in 0..<pieces.count {
            switch pieces[index] {
            case .literal(let literal): text += literal.description
            case .text(let place): text += texts[place]
            case .bind:
                number += 1
                text += "$\(number)"
            }
        }
        return text
    }

    var bindTypes: [PostgresType] {
        (0..<pieces.count).compactMap { if case .bind(let type) = pieces[$0] { type } else { nil } }
    }

    func isSameStatement(as other: SQL) -> Bool {
        guard fingerprint == other.fingerprint, pieces.count == other.pieces.count else { return false }
        for index in 0..<pieces.count where !Self.isSame(pieces[index], other.pieces[index]) { return false }
        return texts == other.texts
    }

    private static func isSame(_ left: Piece, _ right: Piece) -> Bool {
        switch (left, right) {
        case (.literal(let a), .literal(let b)):
            unsafe a.utf8Start == b.utf8Start && a.utf8CodeUnitCount == b.utf8CodeUnitCount
        // What the texts say is compared with them all.
        case (.text(let a), .text(let b)): a == b
        case (.bind(let a), .bind(let b)): a == b
        default: false
        }
    }

    /// Whether the statement can be undone and done again without anybody noticing, as far as its words tell: it begins
    /// like a query and names no command that writes or locks. A function with side effects does not show; who calls one
    /// says `execute`.
    var isPlainRead: Bool {
        let words = text.uppercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }
        guard let first = words.first, ["SELECT", "WITH", "VALUES", "TABLE", "SHOW"].contains(first) else {
            return false
        }
        return !words.contains { Self.writingWords.contains($0) }
    }

    var opensTransaction: Bool {
        let word = text.drop { !$0.isLetter }.prefix { $0.isLetter }.uppercased()
        return word == "BEGIN" || word == "START"
    }

    private static let writingWords: Set<Substring> = [
        "INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "NEXTVAL", "SHARE",
    ]
}

extension SQL {
    /// What the compiler feeds a literal with interpolations into.
    package struct Interpolation: StringInterpolationProtocol {
        private(set) var sql: SQL

        package init(literalCapacity: Int, interpolationCount: Int) { sql = SQL(reserving: interpolationCount) }

        package mutating func appendLiteral(_ literal: StaticString) { sql.append(literal) }

        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) { sql.append(value) }

        /// Nil is NULL. Spelled out, because the compiler suspects an optional in any other interpolation.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) { sql.append(value) }

        package mutating func appendInterpolation(_ fragment: SQL) { sql.append(fragment) }

        package mutating func appendInterpolation(_ identifier: Identifier) { sql.append(text: identifier.quoted) }
    }
}
