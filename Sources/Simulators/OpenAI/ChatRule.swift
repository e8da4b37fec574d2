/// What the simulated model answers to whom.
package struct ChatRule: Sendable {
    package struct Tool: Sendable {
        package var name: String
        /// As the model writes it; it need not be JSON.
        package var arguments: String

        package init(_ name: String, _ arguments: String) { (self.name, self.arguments) = (name, arguments) }
    }

    /// A regular expression that the last message of the caller, or the last result of a tool, must contain.
    package var pattern: String
    package var text: String
    package var tools: [Tool]

    package init(_ pattern: String, say text: String = "", use tools: [Tool] = []) {
        (self.pattern, self.text, self.tools) = (pattern, text, tools)
    }

    func matches(_ message: String) -> Bool {
        guard let regex = try? Regex(pattern).ignoresCase() else { return message.contains(pattern) }
        return message.firstMatch(of: regex) != nil
    }
}
