/// What a call is about, by the caller's words.
enum IntentRules {
    static let topicsMax = 5

    /// The matter most of whose phrases were said; of several the one that was named first.
    static func intent(_ call: FinishedCall, _ plan: AnalysisPlan) -> (name: String, events: [EventID])? {
        let lines = call.lines(of: .caller).map { (event: $0.event, words: $0.words) }
        var best: (name: String, events: [EventID], hits: Int, first: Int)?
        for intent in plan.intents.isEmpty ? IntentWords.usual : plan.intents {
            var (events, hits, first): ([EventID], Int, Int?) = ([], 0, nil)
            for phrase in intent.phrases.map(SpokenWords.of) {
                guard let place = lines.firstIndex(where: { SpokenWords.hold($0.words, phrase) }) else { continue }
                hits += 1
                first = min(first ?? place, place)
                if !events.contains(lines[place].event) { events.append(lines[place].event) }
            }
            guard let first, hits > 0 else { continue }
            if let best, (best.hits, -best.first) >= (hits, -first) { continue }
            best = (intent.name, events, hits, first)
        }
        return best.map { ($0.name, $0.events) }
    }

    /// The caller's words that came most often, of equals the earlier ones. Numbers are nobody's topic.
    static func topics(_ call: FinishedCall) -> [String] {
        var (counts, order): ([String: Int], [String: Int]) = ([:], [:])
        for word in call.lines(of: .caller).flatMap({ SpokenWords.meaning($0.words) })
        where !word.allSatisfy(\.isNumber) {
            if order[word] == nil { order[word] = order.count }
            counts[word, default: 0] += 1
        }
        return counts.sorted { ($1.value, order[$0.key] ?? 0) < ($0.value, order[$1.key] ?? 0) }
            .prefix(topicsMax).map(\.key)
    }
}
