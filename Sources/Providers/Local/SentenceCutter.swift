/// Cuts what is to be said where a voice may begin: it thinks about all that it is given before it makes a sound.
struct SentenceCutter: Hashable, Sendable {
    /// A sentence shorter than this is said together with the next, as are abbreviations, which look like one.
    static let lettersMin = 60
    /// Longer, it is cut between two words; and twice as long, anywhere.
    static let lettersMax = 600

    private var rest = ""
    private var count = 0

    /// What can be said now.
    mutating func add(_ text: String) -> [String] {
        var sentences: [String] = []
        for letter in text {
            let isLong = count >= Self.lettersMax && letter.isWhitespace || count >= 2 * Self.lettersMax
            if isLong || letter.isWhitespace && count >= Self.lettersMin && endsSentence, let sentence = finish() {
                sentences.append(sentence)
            }
            rest.append(letter)
            count += 1
        }
        return sentences
    }

    /// The rest; nil if there is nothing in it but blanks.
    mutating func finish() -> String? {
        defer { (rest, count) = ("", 0) }
        return rest.allSatisfy(\.isWhitespace) ? nil : rest
    }

    private var endsSentence: Bool {
        guard let last = rest.last(where: { !"\"”’')".contains($0) }) else { return false }
        return ".!?…".contains(last)
    }
}
