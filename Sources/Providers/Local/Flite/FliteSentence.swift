import Domain
import Foundation

/// A sentence in the letters that Flite knows, and which of its words each token of Flite's is.
///
/// Flite reads printable ASCII. What it would stumble over is spelled otherwise, or left out; the words keep their own letters.
struct FliteSentence: Hashable, Sendable {
    /// A longer word is read in parts: nobody says it, and Flite's rules were not made for it.
    static let tokenLettersMax = 60

    private struct Piece: Hashable {
        let text: String
        let tokens: Int
    }

    private var pieces: [Piece] = []
    /// What Flite reads; its tokens have spaces between them.
    private(set) var spoken = ""

    init(_ text: String) {
        var tokens: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            let spelled = Self.spell(word)
            if spelled.isEmpty, let last = tokens.last, last.last?.isLetter == true || last.last?.isNumber == true {
                // A dash between words is a pause.
                tokens[tokens.count - 1] = last + ","
            }
            tokens += spelled
            if !spelled.isEmpty { pieces.append(Piece(text: String(word), tokens: spelled.count)) }
        }
        spoken = tokens.joined(separator: " ")
    }

    /// The words with their times, from where each of Flite's tokens ends. Nothing if it has counted otherwise than we.
    func words(endingAt seconds: [Float], from start: Milliseconds) -> [Word] {
        guard seconds.count == pieces.reduce(0, { $0 + $1.tokens }) else { return [] }
        var (rest, last) = (seconds[...], start)
        return pieces.map { piece in
            let ends = rest.prefix(piece.tokens).filter(\.isFinite).max() ?? 0
            rest = rest.dropFirst(piece.tokens)
            let end = max(last, start + Milliseconds(Int64(max(0, min(ends, 3_600)) * 1_000)))
            defer { last = end }
            return Word(text: Private(piece.text), startedAt: last, endedAt: end)
        }
    }

    /// A word's tokens: each has something in it that can be said.
    private static func spell(_ word: Substring) -> [String] {
        var letters = ""
        for scalar in word.unicodeScalars {
            if (0x21...0x7E).contains(scalar.value) {
                letters.unicodeScalars.append(scalar)
            } else if let known = known[scalar] {
                letters += known
            } else {
                let plain = String(scalar).folding(options: [.diacriticInsensitive, .widthInsensitive], locale: nil)
                letters += String(plain.unicodeScalars.filter { (0x21...0x7E).contains($0.value) }.map(Character.init))
            }
        }
        return letters.split(separator: " ").flatMap(parts).filter { $0.contains(where: isSaid) }
    }

    private static func parts(_ token: Substring) -> [String] {
        var (rest, parts): (Substring, [String]) = (token, [])
        while !rest.isEmpty {
            parts.append(String(rest.prefix(tokenLettersMax)))
            rest = rest.dropFirst(tokenLettersMax)
        }
        return parts
    }

    private static func isSaid(_ letter: Character) -> Bool {
        letter.isASCII && (letter.isLetter || letter.isNumber || "&%$@+=".contains(letter))
    }

    private static let known: [Unicode.Scalar: String] = [
        "’": "'", "‘": "'", "“": "\"", "”": "\"", "„": "\"", "–": ",", "—": ",", "‑": "-", "…": "...", "€": " euros ",
        "£": " pounds ", "°": " degrees ", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l",
    ]
}
