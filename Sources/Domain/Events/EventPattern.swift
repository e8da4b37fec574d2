/// Which types of event somebody wants: `*` all of them, `call.*` a family, `call.ended` one.
package struct EventPattern: Hashable, Sendable {
    package static let everything = EventPattern(unchecked: "*")

    package let text: String

    /// Nil for what no type of event fits: a word misspelt would be silence.
    package init?(_ text: String) {
        self.init(unchecked: text)
        guard EventType.allCases.contains(where: { takes($0.rawValue) }) else { return nil }
    }

    private init(unchecked text: String) { self.text = text }

    package func takes(_ type: String) -> Bool {
        if text == "*" { return true }
        guard text.hasSuffix(".*") else { return type == text }
        return type.hasPrefix(text.dropLast())
    }
}
