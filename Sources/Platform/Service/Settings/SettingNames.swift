/// The names a setting answers to: the first is the one we print, and the first that is set counts.
package struct SettingNames: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, Sendable {
    let all: [String]

    package init(stringLiteral name: String) { all = [name] }
    package init(arrayLiteral names: String...) {
        precondition(!names.isEmpty, "a setting needs a name")
        all = names
    }

    var shown: String { all[0] }
}
