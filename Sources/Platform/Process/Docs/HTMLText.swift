/// HTML as it grows. What comes from outside is escaped by whoever adds it.
struct HTMLText {
    private(set) var text = ""

    mutating func add(_ html: String) { text += html }

    static func escape(_ text: String) -> String {
        var safe = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            default: safe.unicodeScalars.append(character)
            }
        }
        return safe
    }

    /// Sentences in which names stand between backticks.
    static func prose(_ text: String) -> String {
        let parts = escape(text).split(separator: "`", omittingEmptySubsequences: false)
        // One that is left over opens nothing.
        guard parts.count % 2 == 1 else { return escape(text) }
        return parts.enumerated().map { index, part in index % 2 == 1 ? "<code>\(part)</code>" : String(part) }.joined()
    }

    /// Good for an `id`, and the same each time.
    static func anchor(_ kind: String, _ name: String) -> String {
        kind + "-"
            + name.lowercased().unicodeScalars.map { scalar in
                ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? String(scalar) : "-"
            }.joined()
    }
}
