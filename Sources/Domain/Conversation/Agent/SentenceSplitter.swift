/// Cuts a stream of tokens into sentences as early as a voice can say them. Nothing is lost: the sentences joined by a space are the
/// text, but for the space around them.
struct SentenceSplitter: Hashable, Sendable {
    private(set) var rest = ""
    private var hasCut = false

    /// The sentences that `text` completes.
    mutating func add(_ text: String, each: (String) -> Void) {
        for character in text {
            if character.isWhitespace {
                if isAtEnd { cut(each) } else if !rest.isEmpty, rest.last != " " { rest.append(" ") }
            } else if character.isIdeographicEnd {
                rest.append(character)
                cut(each)
            } else {
                rest.append(character)
            }
            if rest.count >= Limit.sentenceLength { cutAtWord(each) }
        }
    }

    /// There will be no more.
    mutating func finish(each: (String) -> Void) { cut(each) }

    /// The end of a sentence stands before this space; the first time, the end of a clause will do, to be heard sooner.
    private var isAtEnd: Bool {
        guard let last = rest.last(where: { !$0.isCloser }) else { return false }
        if last == "." || last == "!" || last == "?" || last == "…" { return !endsWithAbbreviation }
        return !hasCut && rest.utf8.count >= Self.firstClause && (last == "," || last == ";" || last == ":")
    }

    /// “Dr.”, “J.” and “3.” end nothing.
    private var endsWithAbbreviation: Bool {
        guard rest.last == "." else { return false }
        let word = rest.dropLast().split(separator: " ").last ?? ""
        return word.count == 1 && word.first?.isLetter == true || Self.abbreviations.contains(word.lowercased())
    }

    private mutating func cutAtWord(_ each: (String) -> Void) {
        guard let space = rest.lastIndex(of: " ") else { return cut(each) }
        let tail = String(rest[rest.index(after: space)...])
        rest = String(rest[..<space])
        cut(each)
        rest = tail
    }

    private mutating func cut(_ each: (String) -> Void) {
        while rest.last == " " { rest.removeLast() }
        guard !rest.isEmpty else { return }
        each(rest)
        rest = ""
        hasCut = true
    }

    private static let firstClause = 24
    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "st", "no", "vs", "sr", "sra", "e.g", "i.e",
    ]
}

extension Character {
    fileprivate var isCloser: Bool { self == "\"" || self == "”" || self == "’" || self == "'" || self == ")" }
    fileprivate var isIdeographicEnd: Bool { self == "。" || self == "！" || self == "？" }
}
