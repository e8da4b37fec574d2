/// A statement with its values: made from a string literal, never from a string.
///
/// An interpolated Swift value becomes a bind (`$1`), an interpolated `SQL` is spliced in with its binds renumbered, an
/// interpolated `Identifier` is quoted. There is no other way for run-time text into a statement but `SQL(unsafe:)`,
/// which the migrations use. The compiler keeps that promise: the pieces are `StaticString`s.
///
/// The text itself is only put together when a connection prepares the statement. Until then a statement is known by
/// where its literals lie in memory, folded into a fingerprint while the value is made.
///
/// Behind one reference, and never changed: it changes hands several times on its way to the server.
package final class SQL: Sendable, ExpressibleByStringInterpolation {
    /// How many values the protocol can carry.
    package static let bindsMax = 65_535

    enum Piece: BitwiseCopyable, Sendable {
        case literal(StaticString)
        /// Its place in `texts`.
        case text(Int)
        case bind(PostgresType)
    }

    private let parts: Interpolation
    /// What stopped a value from becoming a bind; the statement is then refused before it is sent.
    let failure: Complaint?

    var pieces: ShortList<Piece> { parts.pieces }
    var texts: [String] { parts.texts }
    var fingerprint: UInt64 { parts.fingerprint }
    var binds: Binds { parts.binds }

    package init(stringInterpolation parts: consuming Interpolation) {
        failure = parts.binds.failure
        self.parts = parts
    }

    package convenience init(stringLiteral literal: StaticString) {
        var parts = Interpolation()
        parts.appendLiteral(literal)
        self.init(stringInterpolation: parts)
    }

    /// For text that is no literal: a migration read from a file. Nothing that came from outside may get in here.
    package convenience init(unsafe text: String) {
        var parts = Interpolation()
        parts.append(text: text)
        self.init(stringInterpolation: parts)
    }

    // MARK: - What a connection asks for

    /// The same statement without its values, to be kept.
    static func statement(of sql: SQL) -> SQL {
        var parts = sql.parts
        parts.dropBinds()
        return SQL(stringInterpolation: parts)
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
