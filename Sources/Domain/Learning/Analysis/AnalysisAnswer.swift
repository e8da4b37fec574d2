/// Holds a model's answer to the call: what no line says, or what the lines that it names do not say, is left out. What a rule
/// knows for certain – the agent's own criteria, what tools gave, how the caller felt – no model overrules.
struct AnalysisAnswer {
    static let sentencesMax = 4
    static let sentenceLength = 400
    /// More than these of one call would be found in each.
    static let handlingsMax = 3
    /// Fewer words stand in many lines.
    static let saidWordsMin = 3

    private let prompt: AnalysisPrompt
    private let answer: Freeform
    private let sources: [Int: AnalysisPrompt.Source]

    init(_ answer: Freeform, to prompt: AnalysisPrompt) {
        (self.answer, self.prompt) = (answer, prompt)
        sources = Dictionary(uniqueKeysWithValues: prompt.sources.map { ($0.number, $0) })
    }

    /// Nil where nothing of a summary is left: then it is no answer.
    func look(by model: String) -> CallAnalyzed? {
        let (call, plan) = (prompt.call, prompt.plan)
        let sentences = summary
        guard !sentences.isEmpty else { return nil }
        let found = fields(beside: ExtractionRules.find(plan.fields, in: call))
        let verdict = verdict(found)
        let intent = intent ?? IntentRules.intent(call, plan)
        let (topics, handlings) = (topics, handlings)
        let trajectory = call.moods.map(\.score)
        var events = sentences.flatMap(\.events) + (verdict?.events ?? []) + (intent?.events ?? [])
        events += found.events.sorted { $0.key < $1.key }.flatMap(\.value) + call.moods.map(\.event)
        events += topics.flatMap(\.events) + handlings.flatMap(\.events)
        return CallAnalyzed(
            summary: Private(sentences.map(\.text).joined(separator: " ")), success: verdict?.isSuccess,
            sentiment: RuleAnalyst.mean(trajectory), intent: intent?.name,
            extracted: plan.fields.isEmpty ? nil : Private(.object(found.values)), model: model,
            promptVersion: AnalysisPrompt.version, successReason: verdict?.reason,
            topics: topics.isEmpty ? nil : topics.map { Private($0.text) },
            trajectory: trajectory.isEmpty ? nil : trajectory, events: RuleAnalyst.once(events),
            handlings: handlings.isEmpty ? nil : handlings)
    }

    // MARK: - What may be said

    private typealias Claim = (text: String, events: [EventID])

    private func cited(_ claim: Freeform) -> [AnalysisPrompt.Source] {
        guard case .array(let numbers)? = claim["lines"] else { return [] }
        return numbers.compactMap { number in
            guard case .integer(let number) = number else { return nil }
            return Int(exactly: number).flatMap { sources[$0] }
        }
    }

    /// The lines have one of its words that mean something at least, and all of its numbers.
    private static func says(_ lines: [AnalysisPrompt.Source], _ text: String) -> Bool {
        let said = words(of: lines)
        let words = SpokenWords.of(text)
        let meaning = SpokenWords.meaning(words).filter { !isNumber($0) }
        return words.filter(isNumber).allSatisfy(said.contains)
            && (meaning.isEmpty || meaning.contains(where: said.contains))
    }

    private static func words(of lines: [AnalysisPrompt.Source]) -> Set<String> {
        var all: Set<String> = []
        for line in lines {
            let words = SpokenWords.of(line.text)
            all.formUnion(words)
            all.formUnion(SpokenDigits.groups(in: words))
        }
        return all
    }

    private static func isNumber(_ word: String) -> Bool { word.contains(where: \.isNumber) }

    private static func events(of lines: [AnalysisPrompt.Source]) -> [EventID] { lines.flatMap(\.events) }

    // MARK: - Its parts

    private var summary: [Claim] {
        guard case .array(let claims)? = answer["summary"] else { return [] }
        return claims.compactMap { claim -> Claim? in
            guard case .string(let text)? = claim["text"] else { return nil }
            let lines = cited(claim)
            let short = String(text.prefix(Self.sentenceLength))
            guard !lines.isEmpty, !SpokenWords.of(short).isEmpty, Self.says(lines, short) else { return nil }
            return (short, Self.events(of: lines))
        }.prefix(Self.sentencesMax).map(\.self)
    }

    private func verdict(_ found: ExtractionRules.Found) -> SuccessRules.Verdict? {
        let byRules = SuccessRules.verdict(prompt.call, prompt.plan, found: found.events)
        guard prompt.plan.criteria.isEmpty, let claim = answer["success"], case .bool(let isSuccess)? = claim["value"]
        else { return byRules }
        let lines = cited(claim)
        return lines.isEmpty ? byRules : SuccessRules.Verdict(isSuccess, .judged, Self.events(of: lines))
    }

    private var intent: (name: String, events: [EventID])? {
        guard let claim = answer["intent"], case .string(let name)? = claim["name"], prompt.intents.contains(name)
        else { return nil }
        let lines = cited(claim)
        return lines.isEmpty ? nil : (name, Self.events(of: lines))
    }

    /// Each is in a line of the caller's.
    private var topics: [Claim] {
        guard case .array(let words)? = answer["topics"] else { return [] }
        let lines = prompt.call.lines(of: .caller)
        let claims = words.compactMap { word -> Claim? in
            guard case .string(let word) = word else { return nil }
            let phrase = SpokenWords.of(word)
            guard let line = lines.first(where: { SpokenWords.hold($0.words, phrase) }) else { return nil }
            return (phrase.joined(separator: " "), [line.event])
        }
        return Array(claims.prefix(IntentRules.topicsMax))
    }

    /// Known words only; the caller's line comes first, and what the agent is said to have said stands in a line of theirs behind it.
    private var handlings: [JudgedHandling] {
        guard case .array(let claims)? = answer["patterns"] else { return [] }
        var seen: Set<Handling> = []
        let all = claims.compactMap { claim -> JudgedHandling? in
            guard case .string(let situation)? = claim["situation"], case .string(let move)? = claim["move"],
                case .string(let said)? = claim["said"]
            else { return nil }
            let lines = cited(claim)
            let words = SpokenWords.of(said)
            guard words.count >= Self.saidWordsMin,
                let asked = lines.first(where: { $0.speaker == AnalysisPrompt.caller }),
                let answered = lines.first(where: {
                    $0.speaker == AnalysisPrompt.agent && $0.number > asked.number
                        && SpokenWords.hold(SpokenWords.of($0.text), words)
                })
            else { return nil }
            let judged = JudgedHandling(
                situation: situation, move: move, events: RuleAnalyst.once(asked.events + answered.events))
            guard let handling = Handling(judged), seen.insert(handling).inserted else { return nil }
            return judged
        }
        return Array(all.prefix(Self.handlingsMax))
    }

    /// What rules found stands. What a model found is taken as rules would take it, and only if its words were said; a choice may be
    /// meant without being named.
    private func fields(beside known: ExtractionRules.Found) -> ExtractionRules.Found {
        var found = known
        guard case .array(let claims)? = answer["fields"] else { return found }
        for claim in claims {
            guard case .string(let name)? = claim["name"], found.values[name] == nil,
                let field = prompt.plan.fields.first(where: { $0.name == name }),
                let value = claim["value"].flatMap({ Self.taken($0, field) })
            else { continue }
            let lines = cited(claim)
            let isSaid =
                switch value {
                case .string(let text) where field.choices.isEmpty:
                    Set(SpokenWords.of(text)).isSubset(of: Self.words(of: lines))
                case .integer(let number): Self.words(of: lines).contains("\(number)")
                case .fractional(let number): lines.contains { $0.text.contains("\(number)") }
                default: true
                }
            guard !lines.isEmpty, isSaid else { continue }
            found.values[name] = value
            found.events[name] = Self.events(of: lines)
        }
        return found
    }

    /// Models write numbers as texts if a schema wants texts.
    private static func taken(_ value: Freeform, _ field: ExtractedField) -> Freeform? {
        guard case .string(let text) = value else { return field.taken(value) }
        switch field.kind {
        case .boolean:
            return field.taken(.bool(text == "true")).flatMap { ["true", "false"].contains(text) ? $0 : nil }
        case .number: return Double(text).flatMap { Freeform.number($0) }.flatMap { field.taken($0) }
        case .string, .integer: return field.taken(value)
        }
    }
}

extension AnalysisPrompt {
    /// What is left of an answer once it was held to the call; nil if that is nothing.
    package func look(_ answer: Freeform, by model: String) -> CallAnalyzed? {
        AnalysisAnswer(answer, to: self).look(by: model)
    }
}
