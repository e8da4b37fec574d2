/// A call that is over, as those look at it who learn from it: what was said and done, each with the event that says so.
package struct FinishedCall: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package let event: EventID
        package let at: Instant
        package let speaker: SegmentState.Speaker
        package let turn: TurnID?
        /// As it was heard.
        package let text: Private<String>
        package let isInterrupted: Bool
    }

    package struct ToolUse: Hashable, Sendable {
        package let id: ToolCallID
        package var name: String
        package var at: Instant
        package var called: EventID?
        package var finished: EventID?
        package var arguments: Private<Freeform>?
        /// Nil if it failed, or never answered.
        package var result: Private<Freeform>?
    }

    package struct Mood: Hashable, Sendable {
        package let event: EventID
        package let at: Instant
        package let score: Score
        package let label: Sentiment
    }

    package struct Moment: Hashable, Sendable {
        package let event: EventID
        package let at: Instant
    }

    package struct Pause: Hashable, Sendable {
        package let event: EventID
        package let threshold: Milliseconds
    }

    package let call: CallID
    /// How much of its stream was looked at.
    package let version: Int
    package let origin: CallOrigin?
    package let end: CallEnded
    package let ended: Moment
    /// In the order in which they began.
    package private(set) var lines: [Line] = []
    package private(set) var tools: [ToolUse] = []
    /// Of each turn the last one.
    package private(set) var moods: [Mood] = []
    package private(set) var interruptions: [Moment] = []
    package private(set) var bridged: Moment?
    /// How long was waited for the caller to go on, turn by turn.
    package private(set) var pauses: [Pause] = []

    /// Nil for a call that is not over.
    package init?(_ facts: [CallFact], of call: CallID) {
        let facts = facts.sorted { ($0.at, $0.version) < ($1.at, $1.version) }
        var (end, origin): ((CallEnded, Moment)?, (CallOrigin, isAsked: Bool)?)
        for fact in facts {
            switch fact.event {
            case .callEnded(let event)? where end == nil: end = (event, Moment(event: fact.id, at: fact.at))
            case .callRequested(let event)? where origin?.isAsked != true: origin = (CallOrigin(event), true)
            case .callReceived(let event)? where origin == nil: origin = (CallOrigin(event), false)
            default: break
            }
        }
        guard let end else { return nil }
        self.call = call
        self.origin = origin?.0
        (self.end, ended) = end
        version = Int(facts.map(\.version).max() ?? 0)
        gather(facts)
    }

    private mutating func gather(_ facts: [CallFact]) {
        var (lines, uses, moods): ([Line], [ToolCallID: ToolUse], [TurnID: Mood]) = ([], [:], [:])
        for fact in facts {
            let moment = Moment(event: fact.id, at: fact.at)
            switch fact.event {
            case .callerSaid(let event)?:
                lines.append(
                    Line(
                        event: fact.id, at: CallEvent.callerSaid(event).beginning(at: fact.at), speaker: .caller,
                        turn: event.turn, text: event.text, isInterrupted: false))
            case .agentSpoke(let event)?:
                lines.append(
                    Line(
                        event: fact.id, at: CallEvent.agentSpoke(event).beginning(at: fact.at), speaker: .agent,
                        turn: event.turn, text: event.heard, isInterrupted: event.isInterrupted))
            case .sentimentScored(let event)?:
                moods[event.turn] = Mood(event: fact.id, at: fact.at, score: event.score, label: event.label)
            case .agentInterrupted?: interruptions.append(moment)
            case .transferBridged? where bridged == nil: bridged = moment
            case .turnEnded(let event)?:
                if let threshold = event.inputs?.silenceThreshold {
                    pauses.append(Pause(event: fact.id, threshold: threshold))
                }
            case .toolCalled(let event)?:
                var use = uses[event.toolCall] ?? ToolUse(id: event.toolCall, name: event.name, at: fact.at)
                (use.name, use.at, use.called) = (event.name, fact.at, use.called ?? fact.id)
                use.arguments = event.arguments
                uses[event.toolCall] = use
            case .toolReturned(let event)?:
                var use = uses[event.toolCall] ?? ToolUse(id: event.toolCall, name: event.name, at: fact.at)
                guard use.finished == nil else { continue }
                (use.finished, use.result) = (fact.id, event.result)
                uses[event.toolCall] = use
            case .toolFailed(let event)?:
                var use = uses[event.toolCall] ?? ToolUse(id: event.toolCall, name: event.name, at: fact.at)
                guard use.finished == nil else { continue }
                use.finished = fact.id
                uses[event.toolCall] = use
            default: break
            }
        }
        self.lines = lines.filter { !$0.words.isEmpty }.sorted { ($0.at, $0.event) < ($1.at, $1.event) }
        tools = uses.values.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
        self.moods = moods.values.sorted { ($0.at, $0.event) < ($1.at, $1.event) }
    }

    package func lines(of speaker: SegmentState.Speaker) -> [Line] { lines.filter { $0.speaker == speaker } }

    /// Those of the agent's own business: hanging up and remembering are not.
    package var workingTools: [ToolUse] { tools.filter { !Self.idleTools.contains($0.name) } }

    private static let idleTools: Set<String> = [BuiltInTool.endCall.rawValue, BuiltInTool.remember.rawValue]
}

extension FinishedCall.Line {
    package var words: [String] { SpokenWords.of(text.revealed) }
}

extension FinishedCall.ToolUse {
    package var hasReturned: Bool { result != nil }
    package var events: [EventID] { [called, finished].compactMap(\.self) }
}
