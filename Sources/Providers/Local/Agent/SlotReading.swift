/// What a caller's words say for a slot.
enum SlotReading {
    /// How much is taken for an answer: when we have asked, more than when it was said by the way.
    enum Care { case asked, overheard }

    static let nameWordsMax = 4
    static let postcodeLettersMin = 3

    static func read(_ kind: LocalSlot.Kind, _ text: String, _ care: Care) -> String? {
        let words = Self.words(text)
        switch kind {
        case .digits(let length):
            guard let digits = SpokenNumbers.digits(words), length == nil || digits.count == length else { return nil }
            return digits
        case .number: return SpokenNumbers.number(words).map(String.init)
        case .name: return name(words, care)
        case .date: return SpokenDates.date(words)
        case .time: return SpokenDates.time(words)
        case .email: return email(text)
        case .postcode: return postcode(words)
        case .choice(let values): return choice(values, words)
        case .text: return care == .asked && !words.isEmpty ? trimmed(text) : nil
        }
    }

    /// Lower-case, without what stands around them.
    static func words(_ text: String) -> [Substring] {
        text.lowercased().replacing("-", with: " ").split { !($0.isLetter || $0.isNumber || $0 == "'") }
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while let last = text.last, last.isWhitespace || last == "." || last == "," { text.removeLast() }
        return String(text.drop { $0.isWhitespace })
    }

    // MARK: - Names

    private static let nameCues: [[Substring]] = [
        ["my", "name", "is"], ["the", "name", "is"], ["name's"], ["this", "is"], ["i", "am"], ["i'm"], ["call", "me"],
        ["it's"], ["it", "is"], ["me", "llamo"], ["soy"],
    ]
    private static let noNames: Set<Substring> = [
        "yes", "no", "um", "uh", "er", "well", "okay", "please", "sure", "hello", "hi", "my", "name", "is", "the",
        "it's",
        "sorry",
    ]

    private static func name(_ words: [Substring], _ care: Care) -> String? {
        for cue in nameCues {
            guard let start = words.indices.first(where: { words[$0...].starts(with: cue) }) else { continue }
            // "I am calling about" is nobody's name; only the plain cue is sure when nobody asked.
            guard care == .asked || cue.last == "is" && cue.contains("name") || cue == ["me", "llamo"] else { continue }
            return capitalized(words[(start + cue.count)...])
        }
        guard care == .asked else { return nil }
        let rest = words.drop { noNames.contains($0) }
        return rest.count <= nameWordsMax ? capitalized(rest) : nil
    }

    private static func capitalized(_ words: ArraySlice<Substring>) -> String? {
        let name = words.prefix { !noNames.contains($0) && !($0.first?.isNumber ?? true) && $0 != "and" }
            .prefix(nameWordsMax)
        return name.isEmpty ? nil : name.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }

    // MARK: - Addresses

    private static let atWords: Set<Substring> = ["at", "arroba"]
    private static let signs: [Substring: String] = [
        "dot": ".", "point": ".", "underscore": "_", "dash": "-", "punto": ".",
    ]

    /// "john dot smith at example dot com", or as it is written.
    private static func email(_ text: String) -> String? {
        let plain = text.lowercased()
        if let written = plain.split(whereSeparator: \.isWhitespace).first(where: isAddress) {
            return String(written.last == "." ? written.dropLast() : written)
        }
        let words = plain.split { !($0.isLetter || $0.isNumber) }
        guard let at = words.lastIndex(where: atWords.contains), at > 0, at < words.count - 1 else { return nil }
        // Each word behind a sign belongs to it; before the first, one word does, and single letters.
        var local = String(words[at - 1])
        var place = at - 1
        while place >= 1 {
            if let sign = signs[words[place - 1]], place >= 2 {
                local = words[place - 2] + sign + local
                place -= 2
            } else if words[place - 1].count == 1, words[place - 1] != "a", words[place - 1] != "i" {
                local = words[place - 1] + local
                place -= 1
            } else {
                break
            }
        }
        var domain = ""
        for word in words[(at + 1)...] {
            if let sign = signs[word] {
                domain += sign
            } else if domain.isEmpty || domain.last == "." || domain.last == "-" {
                domain += word
            } else {
                break
            }
        }
        let address = "\(local)@\(domain)"
        return isAddress(address[...]) ? address : nil
    }

    private static func isAddress(_ word: Substring) -> Bool {
        let parts = word.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return false }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: true)
        return labels.count >= 2
    }

    /// Letters and digits, said one by one or written: "S W one A one A A".
    private static func postcode(_ words: [Substring]) -> String? {
        var best = ""
        var code = ""
        for word in words {
            if word.contains(where: \.isNumber) || word.count == 1 {
                code += word.uppercased()
            } else if let digits = SpokenNumbers.digits([word]) {
                code += digits
            } else {
                code = ""
            }
            if code.count > best.count, code.contains(where: \.isNumber) { best = code }
        }
        // An article before it is none of its letters.
        return best.count >= postcodeLettersMin ? best : nil
    }

    private static func choice(_ values: [String], _ words: [Substring]) -> String? {
        values.first { value in
            let wanted = Self.words(value)
            return !wanted.isEmpty && words.indices.contains { words[$0...].starts(with: wanted) }
        }
    }
}
