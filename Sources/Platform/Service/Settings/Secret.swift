/// Text that must not be seen: a key, a password, an address with a password in it.
///
/// It prints as a placeholder everywhere: in descriptions, in dumps, in debuggers. Whoever needs the text says
/// `revealed`, and that word is what a reviewer looks for.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    package init(_ text: String) { self.text = text }

    package var revealed: String { text }
    package var description: String { "[redacted]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
