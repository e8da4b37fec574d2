import Foundation

/// A text as somebody would say it: lower-case words of letters and apostrophes, numbers spelled out.
enum SpokenForm {
    /// One written word, and what is said for it.
    struct Piece: Hashable, Sendable {
        let words: [String]
        /// All capitals, as abbreviations are: said letter by letter when nobody knows it as a word.
        let isAbbreviation: Bool
    }

    static func words(_ text: String) -> [String] { pieces(text).flatMap(\.words) }

    static func pieces(_ text: String) -> [Piece] {
        let plain = text.replacing("’", with: "'").folding(options: .diacriticInsensitive, locale: nil)
        return plain.split { !($0.isLetter || $0.isNumber || $0 == "'") }.flatMap(pieces(ofToken:))
    }

    /// Letters and digits that stand together are said one after the other.
    private static func pieces(ofToken token: Substring) -> [Piece] {
        var pieces: [Piece] = []
        var rest = token
        while let first = rest.first {
            let isDigit = digit(first) != nil
            let run = rest.prefix { (digit($0) != nil) == isDigit }
            rest = rest.dropFirst(run.count)
            if isDigit {
                pieces.append(Piece(words: number(run), isAbbreviation: false))
            } else if let piece = piece(ofLetters: run) {
                pieces.append(piece)
            }
        }
        return pieces
    }

    private static func piece(ofLetters run: Substring) -> Piece? {
        var letters = run[...]
        while letters.first == "'" { letters.removeFirst() }
        while letters.last == "'" { letters.removeLast() }
        guard !letters.isEmpty else { return nil }
        let isAbbreviation = letters.count > 1 && letters.allSatisfy { $0.isUppercase }
        return Piece(words: [letters.lowercased()], isAbbreviation: isAbbreviation)
    }

    /// Some characters stand for more than a digit: the Coptic forty, a Chinese ten thousand. Those are said as letters are, not at all.
    static func digit(_ character: Character) -> Int? {
        character.wholeNumberValue.flatMap { ones.indices.contains($0) ? $0 : nil }
    }

    /// Two digits are a number, more are a row of digits, as people read them out.
    static func number(_ digits: some StringProtocol) -> [String] {
        let values = digits.compactMap(digit)
        guard values.count == 2, values[0] > 0 else { return values.map { ones[$0] } }
        if values[0] == 1 { return [teens[values[1]]] }
        return [tens[values[0]]] + (values[1] == 0 ? [] : [ones[values[1]]])
    }

    static let ones = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    static let teens = [
        "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    static let tens = ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
}
