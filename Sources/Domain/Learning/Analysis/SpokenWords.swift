/// Texts as words: small letters and digits, without what stands in between.
package enum SpokenWords {
    package static func of(_ text: String) -> [String] {
        var (words, word) = ([String](), "")
        for character in text {
            if character.isLetter || character.isNumber {
                word += character.lowercased()
            } else if character == "'" || character == "’" {
                continue
            } else if !word.isEmpty {
                words.append(word)
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// Whether the words of a phrase stand there next to each other.
    package static func hold(_ words: [String], _ phrase: [String]) -> Bool {
        guard !phrase.isEmpty, phrase.count <= words.count else { return false }
        return (0...(words.count - phrase.count)).contains { words[$0..<$0 + phrase.count].elementsEqual(phrase) }
    }

    /// Those that say what a text is about.
    package static func meaning(_ words: [String]) -> [String] {
        telling(words).filter { $0.count >= meaningLengthMin }
    }

    /// Those worth looking for: all but the words that every text has.
    package static func telling(_ words: [String]) -> [String] {
        words.filter { !empty.contains($0) && !short.contains($0) }
    }

    private static let meaningLengthMin = 4

    private static let short: Set<String> = [
        "a", "all", "am", "an", "and", "any", "are", "as", "at", "be", "but", "by", "can", "did", "do", "for", "get",
        "go", "got", "had", "has", "he", "her", "his", "how", "i", "id", "if", "ill", "im", "in", "is", "it", "its",
        "let", "may", "me", "my", "no", "not", "now", "of", "on", "or", "our", "out", "she", "so", "the", "to", "too",
        "up", "us", "was", "way", "we", "who", "why", "yes", "you",
    ]

    /// Of English. In other languages more words count than should, and nothing else goes wrong.
    private static let empty: Set<String> = [
        "about", "after", "again", "also", "another", "because", "been", "before", "being", "both", "cannot", "cant",
        "come", "could", "couldnt", "didnt", "does", "doesnt", "doing", "done", "dont", "down", "each", "else", "even",
        "ever", "every", "from", "give", "going", "gonna", "good", "great", "have", "havent", "hello", "help", "here",
        "into", "isnt", "just", "know", "lets", "like", "look", "made", "make", "many", "maybe", "more", "most", "much",
        "must", "need", "never", "nice", "okay", "once", "only", "other", "over", "please", "really", "right", "said",
        "same", "shall", "should", "since", "some", "something", "soon", "still", "such", "sure", "take", "tell",
        "than", "thank", "thanks", "that", "thats", "their", "them", "then", "there", "theres", "these", "they",
        "theyre", "thing", "think", "this", "those", "time", "today", "until", "very", "want", "wanted", "wants",
        "wasnt", "well", "were", "what", "whats", "when", "where", "wheres", "which", "while", "will", "with",
        "without", "wont", "would", "yeah", "youd", "youll", "your", "youre", "youve", "goodbye",
    ]
}
