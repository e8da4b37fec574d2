/// A sentence of an utterance, and what is known of its sound.
struct Sentence: Hashable, Sendable {
    let text: String
    /// When a voice was asked, the first one.
    let firstAskedAt: Instant
    var attempts = 1
    var rate: Int
    /// How much of its sound there is.
    var length: Milliseconds = 0
    /// There will be no more of it.
    var isWhole = false
    /// Its voice broke off, or never began: the rest of it is not said.
    var isTruncated = false
    var words: [WordTime] = []

    init(text: String, rate: Int, at now: Instant) {
        self.text = text
        self.rate = rate
        firstAskedAt = now
    }

    /// What of it is said after so much of its sound, whole words only.
    func said(after heard: Milliseconds) -> Substring {
        if isWhole, !isTruncated, heard >= length { return text[...] }
        let heard = min(heard, length)
        if heard <= 0 { return "" }
        return words.isEmpty ? byProportion(heard) : byWords(heard)
    }

    private func byWords(_ heard: Milliseconds) -> Substring {
        var end = text.startIndex
        for word in words {
            guard word.endsAt <= heard, let next = text[end...].end(of: word.text.revealed) else { break }
            end = next
        }
        return text[..<end]
    }

    private func byProportion(_ heard: Milliseconds) -> Substring {
        // How long all of it takes is not known before it is whole: then from what people say in a second.
        let whole = max(
            isWhole && !isTruncated ? length.count : max(length.count, Int64(text.count) * Self.perLetter), 1)
        let letters = Int(min(heard.count, whole) * Int64(text.count) / whole)
        let end = text.index(text.startIndex, offsetBy: letters)
        if end == text.endIndex || text[end].isWhitespace { return text[..<end] }
        guard let space = text[..<end].lastIndex(where: \.isWhitespace) else { return "" }
        return text[..<space]
    }

    /// Milliseconds; some 15 letters a second.
    private static let perLetter: Int64 = 66
}

extension Substring {
    /// Where the next occurrence of `word` ends; nil if there is none.
    fileprivate func end(of word: String) -> Index? {
        guard !word.isEmpty else { return startIndex }
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(word) {
                return index(start, offsetBy: word.count, limitedBy: endIndex) ?? endIndex
            }
            start = index(after: start)
        }
        return nil
    }
}
