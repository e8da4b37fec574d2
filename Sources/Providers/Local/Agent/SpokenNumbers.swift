/// Numbers as they are said, or written.
enum SpokenNumbers {
    private static let ones = Dictionary(
        uniqueKeysWithValues: (SpokenForm.ones + SpokenForm.teens).enumerated().map { ($0.element, $0.offset) })
    private static let tens = Dictionary(
        uniqueKeysWithValues: SpokenForm.tens.enumerated().dropFirst().map { ($0.element, $0.offset * 10) })
    private static let repeats = ["double": 2, "triple": 3]
    /// Heard within a row of digits, and no part of it.
    private static let fillers: Set<Substring> = ["um", "uh", "er", "and", "then"]

    /// The longest row of digits in the words: "four two double seven", "forty two 77".
    static func digits(_ words: [Substring]) -> String? {
        var longest = ""
        var row = ""
        var times = 1
        var rest = words[...]
        while let word = rest.popFirst() {
            if let count = repeats[String(word)] {
                times = count
                continue
            }
            if var piece = digits(of: word) {
                // "forty two" is said for 42, not for 40 and 2.
                if tens[String(word)] != nil, let next = rest.first.flatMap({ ones[String($0)] }), 1...9 ~= next {
                    piece = String(piece.dropLast()) + String(next)
                    rest.removeFirst()
                }
                row += String(repeating: piece, count: times)
            } else if !(fillers.contains(word) && !row.isEmpty) {
                row = ""
            }
            times = 1
            if row.count > longest.count { longest = row }
        }
        return longest.isEmpty ? nil : longest
    }

    /// "oh" is a zero.
    private static func digits(of word: Substring) -> String? {
        let figures = word.compactMap(SpokenForm.digit)
        if figures.count == word.count { return figures.map(String.init).joined() }
        if word == "oh" || word == "o" { return "0" }
        return (ones[String(word)] ?? tens[String(word)]).map(String.init)
    }

    /// Larger ones nobody says in words.
    private static let partMax = 1_000_000_000

    /// The first whole number in the words: "a hundred and five", "21", "three thousand".
    static func number(_ words: [Substring]) -> Int? {
        var total = 0
        var part: Int?
        for word in words {
            guard part ?? 0 <= partMax, total <= partMax else { return nil }
            let text = String(word)
            // Longer ones are no numbers but rows of digits.
            if let value = Int(text), text.count <= 9 {
                part = (part ?? 0) + value
            } else if let value = ones[text] ?? tens[text] {
                part = (part ?? 0) + value
            } else if text == "hundred" {
                part = (part ?? 1) * 100
            } else if text == "thousand" {
                total += (part ?? 1) * 1_000
                part = 0
            } else if part == nil || (word != "and" && word != "a") {
                if part != nil { break }
            }
        }
        return part.map { total + $0 }
    }
}
