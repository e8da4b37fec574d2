/// How the text of a setting becomes a value, and how to tell a person what is expected.
package struct SettingKind<Value: Sendable>: Sendable {
    /// "a port from 1 to 65535"
    let expected: String
    let example: String
    let visibility: SettingVisibility
    let parse: @Sendable (String) throws(SettingFault) -> Value

    init(
        expected: String, example: String, visibility: SettingVisibility = .shown,
        parse: @escaping @Sendable (String) throws(SettingFault) -> Value
    ) {
        self.expected = expected
        self.example = example
        self.visibility = visibility
        self.parse = parse
    }
}

enum SettingVisibility: Sendable {
    case shown
    /// No secret, but a slip of the hand may put one there: a complaint about it does not quote it.
    case unquoted
    /// Its text is never shown, and may come from a file named by `NAME_FILE`.
    case secret
}
