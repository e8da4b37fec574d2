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
        if words.containsAny(of: [
            "number", "digits", "digit", "code", "zip", "pin", "phone", "número", "dígitos", "código",
        ]) {
            return .digits(nil)
        }
        return .anything
    }
}
