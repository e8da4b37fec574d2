import Wire

/// What shall have come of a call: each point passed or failed by its events.
struct Expectations {
    struct Point {
        let what: String
        let isMet: Bool
        /// What was there instead.
        let found: String
    }

    private let endedReason: String?
    /// What the caller said, turn by turn, as the log has it.
    private let caller: [String]?
    /// Words that are in something that the caller heard, in this order.
    private let heard: [String]
    /// So many events of a type at least.
    private let events: [(type: String, least: Int64)]
    /// Words that are in what is remembered of the person afterwards, whatever else is.
    let remembered: [String]

    init(_ document: JSONValue?) throws(Trouble) {
        guard let document else {
            (endedReason, caller, heard, events, remembered) = (nil, nil, [], [], [])
            return
        }
        try StoryReader(document).knows(["ended_reason", "caller", "heard", "events", "remembered"])
        endedReason = document["ended_reason"]?.text
        caller = try document["caller"].map { value throws(Trouble) in try Self.texts(value, "caller") }
        heard = try document["heard"].map { value throws(Trouble) in try Self.texts(value, "heard") } ?? []
        remembered =
            try document["remembered"].map { value throws(Trouble) in try Self.texts(value, "remembered") } ?? []
        var events: [(String, Int64)] = []
        if case .object(let object)? = document["events"] {
            for member in object.members {
                guard let least = member.value.wholeNumber else {
                    throw Trouble("expect.events.\(member.name) is a number: how many there are at least")
                }
                events.append((member.name, least))
            }
        }
        self.events = events
    }

    private static func texts(_ value: JSONValue, _ name: String) throws(Trouble) -> [String] {
        guard case .array(let items) = value else { throw Trouble("expect.\(name) is a list of texts") }
        let texts = items.compactMap(\.text)
        guard texts.count == items.count else { throw Trouble("expect.\(name) is a list of texts") }
        return texts
    }

    func isRemembered(in memories: [String]) -> Bool {
        remembered.allSatisfy { words in memories.contains { Self.plain($0).contains(Self.plain(words)) } }
    }

    func judge(_ call: [CallFactView], memories: [String] = []) -> [Point] {
        var points: [Point] = []
        if let endedReason {
            let found = call.last { $0.type == "call.ended" }?.payload["ended_reason"]?.text ?? "no end"
            points.append(Point(what: "the call ends as \(endedReason)", isMet: found == endedReason, found: found))
        }
        if let caller {
            let said = call.filter { $0.type == "caller.said" }.compactMap { $0.payload["text"]?.text }
            for (index, line) in caller.enumerated() {
                let found = index < said.count ? said[index] : "nothing"
                points.append(
                    Point(
                        what: "the caller is understood: “\(line)”", isMet: Self.plain(found) == Self.plain(line),
                        found: found))
            }
            if said.count > caller.count {
                let more = said.dropFirst(caller.count).joined(separator: " / ")
                points.append(Point(what: "the caller says nothing else", isMet: false, found: more))
            }
        }
        var rest = call.filter { $0.type == "agent.spoke" }.compactMap { $0.payload["heard_text"]?.text }[...]
        for words in heard {
            let place = rest.firstIndex { Self.plain($0).contains(Self.plain(words)) }
            points.append(
                Point(
                    what: "the caller hears “\(words)”", isMet: place != nil,
                    found: rest.isEmpty ? "nothing more" : rest.joined(separator: " / ")))
            if let place { rest = rest[(place + 1)...] }
        }
        for (type, least) in events {
            let count = Int64(call.count { $0.type == type })
            points.append(Point(what: "\(type) happens \(least)×", isMet: count >= least, found: "\(count)×"))
        }
        for words in remembered {
            let isThere = memories.contains { Self.plain($0).contains(Self.plain(words)) }
            let found = memories.isEmpty ? "nothing" : memories.joined(separator: " / ")
            points.append(Point(what: "“\(words)” is remembered", isMet: isThere, found: found))
        }
        return points
    }

    /// As it sounds: no case, no punctuation.
    static func plain(_ text: String) -> String {
        text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }.joined(separator: " ")
    }
}
