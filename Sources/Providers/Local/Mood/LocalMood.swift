package import Domain

/// How somebody seems to feel, by the words they use: a lexicon, what turns a word around, and what makes it stronger. It hears no voice
/// and understands no irony, and says nothing of a sentence without a word it knows. Pure, and quick enough to be asked on the loop.
package enum LocalMood {
    package static let name = "local-mood@1"
    /// No caller's turn is longer; what comes behind is not looked at.
    package static let wordsMax = 400

    package struct Finding: Hashable, Sendable {
        package let score: Score
        package let sentiment: Sentiment
    }

    /// How many words back something turns around or strengthens what follows: “not at all happy”.
    private static let reach = 3
    /// What is added below the line, so that one word is no certainty.
    private static let doubt = 2.0
    private static let strengthening = 1.5
    /// “Not bad” is less than good.
    private static let turning = -0.6
    private static let threshold = 0.15

    package static func of(_ text: String) -> Finding? {
        let words = split(text)
        let known = MoodWords.shared
        var sum = 0.0
        var weight = 0.0
        for (place, word) in words.enumerated() {
            guard var value = known.weights[word] else { continue }
            for before in words[max(0, place - reach)..<place] {
                if known.strengthening.contains(before) { value *= strengthening }
                if known.turning.contains(before) { value *= turning }
            }
            sum += value
            weight += abs(value)
        }
        let plain = " " + words.joined(separator: " ") + " "
        let complaints = known.complaints.count { plain.contains($0) }
        sum -= Double(complaints)
        weight += Double(complaints)
        guard weight > 0, let score = Score(max(-1, min(1, sum / (weight + doubt)))) else { return nil }
        return Finding(score: score, sentiment: sentiment(score.value, complains: complaints > 0))
    }

    private static func sentiment(_ score: Double, complains: Bool) -> Sentiment {
        if score >= threshold { return .positive }
        if complains, score < 0 { return .frustrated }
        return score <= -threshold ? .negative : .neutral
    }

    /// Lowercased, without what stands around them; an apostrophe inside belongs to its word.
    private static func split(_ text: String) -> [String] {
        var words: [String] = []
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter && $0 != "'" && $0 != "’" }) {
            guard words.count < wordsMax else { break }
            let plain = word.map { $0 == "’" ? "'" : $0 }.drop { $0 == "'" }
            if !plain.isEmpty { words.append(String(plain)) }
        }
        return words
    }
}
