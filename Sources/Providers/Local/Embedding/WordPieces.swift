import Foundation

/// Cuts a text into the pieces that a BERT network without capitals knows.
struct WordPieces: Sendable {
    static let unknown = "[UNK]"
    static let first = "[CLS]"
    static let last = "[SEP]"
    /// What is longer is no word.
    static let wordMax = 100
    /// Pieces of one text, first and last among them; what is beyond is not looked at.
    static let piecesMax = 256

    private let places: [String: Int32]
    private let unknown: Int32
    private let first: Int32
    private let last: Int32

    var count: Int { places.count }

    /// One piece a line, in the order of their numbers.
    init(vocabulary text: String) throws(WeightsFault) {
        var places: [String: Int32] = [:]
        for line in text.split(separator: "\n") { places[String(line)] = Int32(places.count) }
        guard let unknown = places[Self.unknown], let first = places[Self.first], let last = places[Self.last] else {
            throw .malformed
        }
        (self.places, self.unknown, self.first, self.last) = (places, unknown, first, last)
    }

    func pieces(of text: String) -> [Int32] {
        var pieces = [first]
        for word in Self.words(text) {
            pieces += self.pieces(ofWord: word)
            if pieces.count >= Self.piecesMax - 1 { break }
        }
        return pieces.prefix(Self.piecesMax - 1) + [last]
    }

    /// The longest piece first, again and again; a word that does not come out even is unknown as a whole.
    private func pieces(ofWord word: [Unicode.Scalar]) -> [Int32] {
        guard word.count <= Self.wordMax else { return [unknown] }
        var pieces: [Int32] = []
        var start = 0
        while start < word.count {
            var end = word.count
            var found: Int32?
            while end > start, found == nil {
                var piece = start == 0 ? "" : "##"
                piece.unicodeScalars.append(contentsOf: word[start..<end])
                found = places[piece]
                if found == nil { end -= 1 }
            }
            guard let found else { return [unknown] }
            pieces.append(found)
            start = end
        }
        return pieces
    }

    /// In small letters without accents; every mark is a word of its own, and every character of scripts without spaces.
    static func words(_ text: String) -> [[Unicode.Scalar]] {
        var words: [[Unicode.Scalar]] = []
        var word: [Unicode.Scalar] = []
        func end() {
            if !word.isEmpty { words.append(word) }
            word = []
        }
        for scalar in text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars {
            let properties = scalar.properties
            if properties.isWhitespace {
                end()
            } else if isMark(scalar) || isAlone(scalar) {
                end()
                words.append([scalar])
            } else {
                switch properties.generalCategory {
                case .nonspacingMark, .control, .format, .privateUse, .surrogate, .unassigned: break
                default: word.append(scalar)
                }
            }
        }
        end()
        return words
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        // Of ASCII everything that is neither letter nor digit counts, "$" and "+" too.
        if scalar.isASCII {
            return scalar.value > 0x20 && scalar.value < 0x7f && !scalar.properties.isAlphabetic
                && !(0x30...0x39).contains(scalar.value)
        }
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }

    private static func isAlone(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4e00...0x9fff, 0x3400...0x4dbf, 0x20000...0x2a6df, 0x2a700...0x2ceaf, 0xf900...0xfaff, 0x2f800...0x2fa1f:
            true
        default: false
        }
    }
}
