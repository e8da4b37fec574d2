import Foundation

/// How likely a word is after the two before it: counted in sentences, discounted absolutely, backing off to fewer words.
///
/// A caller says one of few things in many ways; so much is learned from the ways that an agent's makers wrote down.
struct TrigramModel {
    static let discount = 0.5
    static let start = "<s>"
    static let end = "</s>"

    private struct Pair: Hashable {
        let first: String
        let second: String
    }

    private struct Context {
        /// Of each word that was seen behind it.
        var probabilities: [String: Double] = [:]
        /// What is left for all others, by how likely they would be with a shorter context.
        var backoff = 1.0
    }

    private let unigrams: [String: Double]
    private let afterOne: [String: Context]
    private let afterTwo: [Pair: Context]

    /// `extra` words may be said though no sentence has them.
    init(_ sentences: [[String]], extra: [String] = []) {
        var ones: [String: Int] = [Self.end: 1]
        var twos: [String: [String: Int]] = [:]
        var threes: [Pair: [String: Int]] = [:]
        for word in extra { ones[word] = 1 }
        for sentence in sentences {
            for word in sentence { ones[word] = ones[word] ?? 1 }
        }
        for sentence in sentences {
            let line = [Self.start] + sentence + [Self.end]
            for place in 1..<line.count {
                ones[line[place], default: 0] += 1
                twos[line[place - 1], default: [:]][line[place], default: 0] += 1
                guard place >= 2 else { continue }
                threes[Pair(first: line[place - 2], second: line[place - 1]), default: [:]][line[place], default: 0] +=
                    1
            }
        }
        let total = Double(ones.values.reduce(0, +))
        let unigrams = ones.mapValues { Double($0) / total }
        let afterOne = twos.mapValues { counts in Self.context(counts) { unigrams[$0] ?? 0 } }
        afterTwo = Dictionary(
            uniqueKeysWithValues: threes.map { pair, counts in
                (pair, Self.context(counts) { Self.probability($0, afterOne[pair.second], unigrams) })
            })
        (self.unigrams, self.afterOne) = (unigrams, afterOne)
    }

    private static func context(_ counts: [String: Int], shorter: (String) -> Double) -> Context {
        let seen = Double(counts.values.reduce(0, +))
        var context = Context()
        var rest = 1.0
        for (word, count) in counts {
            context.probabilities[word] = (Double(count) - discount) / seen
            rest -= shorter(word)
        }
        let left = discount * Double(counts.count) / seen
        // Where every word was seen, nobody is left to share what is left.
        context.backoff = rest > 1e-9 ? left / rest : 1
        return context
    }

    private static func probability(_ word: String, _ context: Context?, _ unigrams: [String: Double]) -> Double {
        let alone = unigrams[word] ?? 0
        guard let context else { return alone }
        return context.probabilities[word] ?? context.backoff * alone
    }

    var words: [String] { unigrams.keys.sorted() }

    /// Of `word` behind `context`, of which the last two count.
    func probability(of word: String, after context: [String]) -> Double {
        guard let last = context.last else { return unigrams[word] ?? 0 }
        let shorter = Self.probability(word, afterOne[last], unigrams)
        guard context.count >= 2, let pair = afterTwo[Pair(first: context[context.count - 2], second: last)] else {
            return shorter
        }
        return pair.probabilities[word] ?? pair.backoff * shorter
    }

    // MARK: - ARPA

    /// The model as decoders read it. The same sentences give the same text.
    var arpa: String {
        let pairs = afterOne.sorted { $0.key < $1.key }
        let triples = afterTwo.sorted { ($0.key.first, $0.key.second) < ($1.key.first, $1.key.second) }
        let pairCount = pairs.reduce(0) { $0 + $1.value.probabilities.count }
        let tripleCount = triples.reduce(0) { $0 + $1.value.probabilities.count }
        var text = "\\data\\\nngram 1=\(unigrams.count + 1)\nngram 2=\(pairCount)\nngram 3=\(tripleCount)\n"
        text += "\n\\1-grams:\n-99.0000 \(Self.start) \(Self.logarithm(afterOne[Self.start]?.backoff ?? 1))\n"
        for word in words {
            text += "\(Self.logarithm(unigrams[word] ?? 0)) \(word) \(Self.logarithm(afterOne[word]?.backoff ?? 1))\n"
        }
        text += "\n\\2-grams:\n"
        for (first, context) in pairs {
            for (second, probability) in context.probabilities.sorted(by: { $0.key < $1.key }) {
                let backoff = afterTwo[Pair(first: first, second: second)]?.backoff ?? 1
                text += "\(Self.logarithm(probability)) \(first) \(second) \(Self.logarithm(backoff))\n"
            }
        }
        text += "\n\\3-grams:\n"
        for (pair, context) in triples {
            for (third, probability) in context.probabilities.sorted(by: { $0.key < $1.key }) {
                text += "\(Self.logarithm(probability)) \(pair.first) \(pair.second) \(third)\n"
            }
        }
        return text + "\n\\end\\\n"
    }

    /// Of ten, with four places: what the format has.
    private static func logarithm(_ value: Double) -> String {
        let tenThousandths = Int((log10(max(value, 1e-9)) * 10_000).rounded())
        let digits = String(tenThousandths.magnitude)
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return "\(tenThousandths < 0 ? "-" : "")\(padded.dropLast(4)).\(padded.suffix(4))"
    }
}
