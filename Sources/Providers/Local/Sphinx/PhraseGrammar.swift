/// A grammar (JSGF) of whole phrases. A decoder that follows it hears one of them, whatever was said.
enum PhraseGrammar {
    static func text(_ phrases: [[String]]) -> String? {
        let unique = Set(phrases.filter { !$0.isEmpty }).sorted { $0.lexicographicallyPrecedes($1) }
        guard !unique.isEmpty else { return nil }
        let choices = unique.map { "( \($0.joined(separator: " ")) )" }.joined(separator: " | ")
        return "#JSGF V1.0;\ngrammar agent;\npublic <phrase> = \(choices);\n"
    }
}
