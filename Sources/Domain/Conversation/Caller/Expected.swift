/// What the caller is likely to say next. A number or an address is said with pauses that end nothing.
package enum Expected: Hashable, Sendable {
    case anything
    case yesOrNo
    /// How many, if that is known.
    case digits(Int?)
    case email

    var input: ExpectedInput {
        switch self {
        case .anything: .anything
        case .yesOrNo: .yesOrNo
        case .digits: .digits
        case .email: .email
        }
    }

    /// Guessed from what we asked last.
    static func inferred(from question: String) -> Expected {
        let words = Words(question)
        if words.containsAny(of: ["email", "e-mail", "mail", "correo"]) { return .email }
        if let count = digits(askedIn: words.list) { return .digits(count) }
        if words.containsAny(of: [
            "number", "digits", "digit", "code", "zip", "pin", "phone", "número", "dígitos", "código",
        ]) {
            return .digits(nil)
        }
        return .anything
    }

    /// "The last four digits": who knows how many there are need not wait for more.
    private static func digits(askedIn words: [Substring]) -> Int? {
        guard let place = words.firstIndex(where: { ["digit", "digits", "dígitos"].contains($0) }), place > 0 else {
            return nil
        }
        return Int(words[place - 1]) ?? counts[words[place - 1]]
    }

    private static let counts: [Substring: Int] = [
        "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "dos": 2,
        "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
    ]
}
