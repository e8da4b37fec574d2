package import Domain

/// What of a text is still to be said when a voice breaks off, so that another goes on without saying a word twice.
package enum SpeechRemainder {
    /// How fast a voice reads if it has not told when its words are.
    package static let charactersPerSecond = 15

    /// The rest of `text` after so much audio was given; `words` are those whose times are known, from the first on.
    package static func of(_ text: String, words: [Word], given: Milliseconds) -> String {
        guard given > 0 else { return text }
        guard !words.isEmpty else {
            let count = Int(given.count) * charactersPerSecond / 1_000
            let said = text.prefix(count)
            // Back to the start of the word it broke off in.
            guard said.count < text.count, let blank = said.lastIndex(where: \.isWhitespace) else {
                return said.count < text.count ? text : ""
            }
            return String(text[text.index(after: blank)...])
        }
        var left = words.count { $0.endedAt <= given }
        var rest = text[...]
        while left > 0, !rest.isEmpty {
            rest = rest.drop(while: \.isWhitespace).drop { !$0.isWhitespace }
            left -= 1
        }
        return String(rest.drop(while: \.isWhitespace))
    }
}
