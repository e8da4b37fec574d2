/// What a call was about, in words that were said in it: the matter, what was done, and the last answer. It quotes and adds
/// nothing, and says so by its form.
enum SummaryRules {
    static let quoteMax = 240
    /// Less is a greeting, or a yes.
    private static let wordsMin = 3

    static func summary(_ call: FinishedCall) -> (text: String, events: [EventID]) {
        var (parts, events): ([String], [EventID]) = ([], [])
        let matter = matter(call)
        if let matter {
            parts.append("Caller: \(quoted(matter))")
            events.append(matter.event)
        }
        var told: Set<String> = []
        for use in call.workingTools {
            let words = "\(use.name) \(use.hasReturned ? "returned" : "failed")"
            events += use.events
            if told.insert(words).inserted { parts.append("Tool: \(words).") }
        }
        if let answer = answer(call, after: matter) {
            parts.append("Agent: \(quoted(answer))")
            events.append(answer.event)
        }
        parts.append("Ended: \(call.end.reason.rawValue).")
        events.append(call.ended.event)
        return (parts.joined(separator: " "), events)
    }

    /// The first thing of the caller's that means something, else the longest.
    private static func matter(_ call: FinishedCall) -> FinishedCall.Line? {
        let lines = call.lines(of: .caller)
        return lines.first(where: means)
            ?? lines.enumerated().max { ($0.element.words.count, -$0.offset) < ($1.element.words.count, -$1.offset) }?
            .element
    }

    /// The last thing the caller heard that means something, before they took their leave.
    private static func answer(_ call: FinishedCall, after matter: FinishedCall.Line?) -> FinishedCall.Line? {
        var lines = call.lines[...]
        if let place = lines.lastIndex(where: { $0.speaker == .caller && SuccessRules.isClosing($0) }) {
            lines = lines[..<place]
        }
        let answers = lines.filter { $0.speaker == .agent && (matter.map { $0.at } ?? $0.at) <= $0.at }
        return answers.last(where: means) ?? answers.last
    }

    private static func means(_ line: FinishedCall.Line) -> Bool {
        let words = line.words
        return words.count >= wordsMin && !SpokenWords.meaning(words).isEmpty
    }

    static func quoted(_ line: FinishedCall.Line) -> String {
        let text = line.text.revealed
        return text.count <= quoteMax ? "“\(text)”" : "“\(text.prefix(quoteMax))…”"
    }
}
