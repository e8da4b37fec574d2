/// All settings a process reads, for `--help` and the documentation: drawn from the very code that reads them.
package struct SettingsGuide: Sendable, CustomStringConvertible {
    struct Entry: Sendable {
        let names: [String]
        let expected: String
        let standIn: String?
        let isSecret: Bool
        let isNeededInProduction: Bool
        let help: String

        /// Every variable this setting listens to.
        var accepted: [String] { names + (isSecret ? names.map { "\($0)_FILE" } : []) }
    }

    let entries: [Entry]

    /// The guide of a set of settings, found by reading it from an empty environment.
    package init<Settings>(_ read: (inout SettingsReader) -> Settings) {
        var reader = SettingsReader(SettingsSource([:]))
        _ = read(&reader)
        entries = reader.entries
    }

    init(entries: [Entry]) { self.entries = entries }

    package var names: Set<String> { Set(entries.flatMap(\.accepted)) }

    package var description: String {
        entries.map { entry in
            var facts = [entry.expected]
            if let standIn = entry.standIn { facts.append("default \(standIn)") }
            if entry.isNeededInProduction { facts.append("required in production") }
            if entry.isSecret { facts.append("or from the file named by \(entry.names[0])_FILE") }
            return """
                  \(entry.names.joined(separator: ", "))
                      \(entry.help)
                      \(facts.joined(separator: "; "))
                """
        }.joined(separator: "\n") + "\n"
    }
}
