/// Finds patterns in a call of which it is known how it went. What is found does not depend on that: else everything that was found
/// would seem to help.
package enum PatternRules {
    /// Waiting times are told apart by this.
    static let pauseStep: Int64 = 100
    static let phraseWords = 4...40
    /// A recovery shows in what the agent says next; more of it than this is no short answer.
    static let shortAnswerMax = 12

    package static func sightings(in call: FinishedCall, success: Bool) -> [PatternSighting] {
        var all: [PatternSighting] = []
        if let path = toolPath(call, success) { all.append(path) }
        all += recoveries(call, success)
        if let phrase = phrasing(call, success) { all.append(phrase) }
        if let pause = turnTaking(call, success) { all.append(pause) }
        return all
    }

    // MARK: - Tools

    /// Each tool that gave a result, in order; once where it was used several times in a row.
    private static func toolPath(_ call: FinishedCall, _ success: Bool) -> PatternSighting? {
        var (names, events): ([String], [EventID]) = ([], [])
        for use in call.workingTools where use.hasReturned {
            if names.last != use.name { names.append(use.name) }
            events += use.events
        }
        guard !names.isEmpty else { return nil }
        return PatternSighting(
            kind: .toolPath, key: names.joined(separator: ">"),
            summary: Private("Use \(names.joined(separator: ", then "))."),
            details: Private(.object(["tools": .array(names.map(Freeform.string))])), success: success, events: events)
    }

    // MARK: - Recoveries

    private enum Trouble: String {
        case interrupted
        case upset

        var words: String { self == .interrupted ? "Interrupted" : "When the caller is upset" }
    }

    private enum Answer: String {
        case tool
        case apology
        case question
        case short
        case long

        var words: String {
            switch self {
            case .tool: "use a tool"
            case .apology: "apologise"
            case .question: "ask back"
            case .short: "answer in a few words"
            case .long: "answer at length"
            }
        }
    }

    /// Of each kind of trouble what the agent did next, the first time.
    private static func recoveries(_ call: FinishedCall, _ success: Bool) -> [PatternSighting] {
        var found: [PatternSighting] = []
        let upset = call.moods.first { $0.label == .frustrated || $0.score.value <= SuccessRules.upsetMax }
        let troubles: [(Trouble, FinishedCall.Moment?)] = [
            (.interrupted, call.interruptions.first),
            (.upset, upset.map { FinishedCall.Moment(event: $0.event, at: $0.at) }),
        ]
        for case (let trouble, let moment?) in troubles {
            guard let (answer, events) = answer(call, after: moment) else { continue }
            found.append(
                PatternSighting(
                    kind: .recovery, key: "\(trouble.rawValue):\(answer.rawValue)",
                    summary: Private("\(trouble.words), \(answer.words)."),
                    details: Private(
                        .object(["trouble": .string(trouble.rawValue), "answer": .string(answer.rawValue)])),
                    success: success, events: [moment.event] + events))
        }
        return found
    }

    private static func answer(_ call: FinishedCall, after moment: FinishedCall.Moment) -> (Answer, [EventID])? {
        // What was broken off is no answer: it is the trouble.
        let line = call.lines.first { $0.speaker == .agent && !$0.isInterrupted && $0.at > moment.at }
        if let use = call.workingTools.first(where: { $0.at > moment.at && $0.at <= (line?.at ?? .distant) }) {
            return (.tool, use.events)
        }
        guard let line else { return nil }
        let words = line.words
        let answer: Answer =
            if words.contains("sorry") || words.contains("apologise") || words.contains("apologize") {
                .apology
            } else if line.text.revealed.contains("?") {
                .question
            } else {
                words.count <= shortAnswerMax ? .short : .long
            }
        return (answer, [line.event])
    }

    // MARK: - Phrasing

    /// The last thing the caller heard before they took their leave. Numbers are those of one caller: they are not part of it.
    private static func phrasing(_ call: FinishedCall, _ success: Bool) -> PatternSighting? {
        guard let leave = call.lines.lastIndex(where: { $0.speaker == .caller }),
            let line = call.lines[..<leave].last(where: { $0.speaker == .agent && !$0.isInterrupted })
        else { return nil }
        let words = line.words.map(masked)
        guard phraseWords.contains(words.count) else { return nil }
        return PatternSighting(
            kind: .phrasing, key: words.joined(separator: " "),
            summary: Private("Say “\(masked(line.text.revealed))”"),
            details: Private(.object(["words": .integer(Int64(words.count))])), success: success,
            events: [line.event, call.lines[leave].event])
    }

    private static func masked(_ text: String) -> String {
        String(text.map { $0.isNumber ? "#" : $0 })
    }

    // MARK: - Turn-taking

    /// What was waited in most turns.
    private static func turnTaking(_ call: FinishedCall, _ success: Bool) -> PatternSighting? {
        guard !call.pauses.isEmpty else { return nil }
        let sorted = call.pauses.map(\.threshold.count).sorted()
        let pause = (sorted[sorted.count / 2] + pauseStep / 2) / pauseStep * pauseStep
        let events = call.pauses.filter { abs($0.threshold.count - pause) <= pauseStep / 2 }.map(\.event)
        return PatternSighting(
            kind: .turnTaking, key: "\(pause)", summary: Private("Wait \(pause) ms for the caller to go on."),
            details: Private(.object(["silence_ms": .integer(pause)])), success: success, events: events)
    }
}

extension Instant {
    fileprivate static let distant = Instant(microseconds: .max)
}
