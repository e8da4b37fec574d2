/// Everything that is wrong with the settings, in one report for the person who starts the process.
///
/// Values of secrets are never in it.
package struct SettingsError: Error, CustomStringConvertible, Sendable {
    package struct Problem: Hashable, Sendable {
        package let name: String
        package let fault: String
        package let expected: String
        package let example: String
    }

    package let problems: [Problem]

    package var description: String {
        let count = problems.count == 1 ? "1 setting is wrong" : "\(problems.count) settings are wrong"
        let list = problems.map {
            """
              \($0.name) \($0.fault)
                expected  \($0.expected)
                example   \($0.example)
            """
        }
        return "\(count):\n\n" + list.joined(separator: "\n\n") + "\n"
    }
}
