/// What is wrong with the text of one setting, as the end of a sentence that begins with its name.
///
/// It never quotes the text, because that may be a secret.
package struct SettingFault: Error, Hashable, Sendable {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
