/// Finds what a schema asks for, where a rule can: what tools were given and gave, else what the caller said. It never guesses:
/// what is not found is not there.
enum ExtractionRules {
    struct Found: Hashable {
        var values: [String: Freeform] = [:]
        var events: [String: [EventID]] = [:]
    }

    static func find(_ fields: [ExtractedField], in call: FinishedCall) -> Found {
        var found = Found()
        for field in fields {
            guard let (value, events) = fromTools(field, call) ?? fromWords(field, call) else { continue }
            found.values[field.name] = value
            found.events[field.name] = events
        }
        return found
    }

    /// The last use counts: that is what it came to.
    private static func fromTools(_ field: ExtractedField, _ call: FinishedCall) -> (Freeform, [EventID])? {
        for use in call.tools.reversed() where use.hasReturned {
            for document in [use.arguments?.revealed, use.result?.revealed] {
                if let value = document?[field.name], let taken = field.taken(value) { return (taken, use.events) }
            }
        }
        return nil
    }

    private static func fromWords(_ field: ExtractedField, _ call: FinishedCall) -> (Freeform, [EventID])? {
        let lines = call.lines
        // Said again, it is what was meant.
        for place in lines.indices.reversed() where lines[place].speaker == .caller {
            let line = lines[place]
            if !field.choices.isEmpty {
                let words = line.words
                if let choice = field.choices.first(where: { SpokenWords.hold(words, SpokenWords.of($0)) }) {
                    return (.string(choice), [line.event])
                }
                continue
            }
            if field.format == .email,
                let address = address(in: line.text.revealed).flatMap({ field.taken(.string($0)) })
            {
                return (address, [line.event])
            }
            guard field.format == .digits || field.kind == .integer,
                isAbout(field, line, asked: place > 0 ? lines[place - 1] : nil)
            else { continue }
            for digits in SpokenDigits.groups(in: line.words) {
                if let taken = field.taken(.string(digits)) { return (taken, [line.event]) }
            }
        }
        return nil
    }

    /// The line names it, or answers a question that does.
    private static func isAbout(
        _ field: ExtractedField, _ line: FinishedCall.Line, asked: FinishedCall.Line?
    ) -> Bool {
        let names = Set(field.words)
        if !names.isDisjoint(with: line.words) { return true }
        guard let asked, asked.speaker == .agent else { return false }
        return !names.isDisjoint(with: asked.words)
    }

    private static func address(in text: String) -> String? {
        text.split(whereSeparator: \.isWhitespace).lazy
            .map { word in
                String(
                    word.drop { !$0.isLetter && !$0.isNumber }.reversed().drop { !$0.isLetter && !$0.isNumber }
                        .reversed())
            }
            .first { word in
                let parts = word.split(separator: "@", omittingEmptySubsequences: false)
                return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && parts[1].count > 3
            }
    }
}

/// Numbers that are read out figure by figure.
enum SpokenDigits {
    /// Figures that stand next to each other, one group after the other.
    static func groups(in words: [String]) -> [String] {
        var (groups, group) = ([String](), "")
        for word in words {
            if word.utf8.allSatisfy({ (48...57).contains($0) }) {
                group += word
            } else if let figure = figures[word] {
                group += figure
            } else if !group.isEmpty {
                groups.append(group)
                group = ""
            }
        }
        if !group.isEmpty { groups.append(group) }
        return groups
    }

    private static let figures = [
        "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
        "seven": "7", "eight": "8", "nine": "9",
    ]
}
