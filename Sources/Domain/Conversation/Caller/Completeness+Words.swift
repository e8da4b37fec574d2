/// From the words alone.
extension Completeness {
    init(_ text: String, expecting expected: Expected) {
        switch expected {
        case .anything: self.init(sentence: text)
        case .yesOrNo: self = Words(text).isEmpty ? .unclear : .complete
        case .digits(let count): self.init(number: text, of: count)
        case .email: self.init(address: text)
        }
    }

    private init(sentence: String) {
        guard let end = sentence.last(where: { !$0.isWhitespace }) else {
            self = .unclear
            return
        }
        if let last = Words(sentence).last, Self.openers.contains(last) || end == "," || end == "-" {
            self = .open
        } else {
            self = end == "." || end == "?" || end == "!" ? .complete : .unclear
        }
    }

    private init(number: String, of expected: Int?) {
        let digits = number.count { $0.isNumber } + Words(number).list.count { Self.spelled.contains($0) }
        // Without any digit they say something else.
        guard digits > 0 else {
            self.init(sentence: number)
            return
        }
        guard let expected else {
            self = .open
            return
        }
        self = digits >= expected ? .complete : .open
    }

    private init(address: String) {
        let words = Words(address)
        let hasAt = address.contains("@") || words.containsAny(of: ["at", "arroba"])
        let hasDomain = words.list.contains { Self.domains.contains($0) || $0.contains(".") }
        self = words.isEmpty ? .unclear : hasAt && hasDomain ? .complete : .open
    }

    /// Nobody ends with these.
    private static let openers: Set<Substring> = [
        "and", "but", "or", "so", "because", "if", "that", "the", "a", "an", "my", "your", "is", "are", "was", "to",
        "of", "for",
        "with", "in", "on", "at", "um", "uh", "er", "like", "y", "o", "pero", "porque", "que", "el", "la", "mi", "es",
        "de",
        "con", "para", "en", "este",
    ]
    private static let domains: Set<Substring> = ["com", "org", "net", "edu", "mx", "es", "io"]
    private static let spelled: Set<Substring> = [
        "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "cero", "uno", "dos",
        "tres",
        "cuatro", "cinco", "seis", "siete", "ocho", "nueve",
    ]
}
