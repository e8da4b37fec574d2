/// How a person is reached, as we keep it: one spelling for one number or address.
enum Reach {
    /// A plus, and seven to fifteen digits of which the first is no zero (E.164).
    static let phoneLength = 8...16
    static let emailLength = 3...320

    static let phonePattern = #"\+[1-9][0-9]*"#
    static let phoneWords = "a phone number such as +15550100002"
    static let emailWords = "an e-mail address such as ada@example.org"

    static func isPhone(_ text: String) -> Bool {
        let digits = text.utf8.dropFirst()
        return text.utf8.first == UInt8(ascii: "+") && digits.first != UInt8(ascii: "0")
            && digits.allSatisfy { (48...57).contains($0) }
    }

    static func isEmail(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
    }
}
