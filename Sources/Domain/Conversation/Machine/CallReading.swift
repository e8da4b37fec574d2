/// A call's facts as far as somebody has read them, for whoever may have to take the call over: who has read so far goes on from there, and
/// need not begin again.
package struct CallReading: Hashable, Sendable {
    /// The last thing that we said, if nothing came behind it.
    package struct Spoken: Hashable, Sendable {
        package var turn: TurnID?
        package var reply: ReplyID?
        /// What was not heard of it.
        package var rest: Private<String>
        package var isInterrupted: Bool
        package var at: Instant

        package init(turn: TurnID?, reply: ReplyID?, rest: Private<String>, isInterrupted: Bool, at instant: Instant) {
            (self.turn, self.reply, self.rest) = (turn, reply, rest)
            (self.isInterrupted, at) = (isInterrupted, instant)
        }
    }

    package var messages: [Message] = []
    package var answeredAt: Instant?
    package var lostAt: Instant?
    package var count = 0
    package var hasSpoken = false
    package var isOver = false
    package var words: [TurnID: Private<String>] = [:]
    package var open: TurnID?
    package var lastTurn: TurnID?
    package var keys = Private("")
    /// Keys are pressed for somebody else then.
    package var isHandedOver = false
    /// Asked for, and what came of it is not known.
    package var pending: [ToolCallID] = []
    package var cancelled: Set<ReplyID> = []
    package var spoken: Spoken?

    package init() {}

    /// Facts come in the order of the stream.
    package mutating func take(_ event: CallEvent, at instant: Instant) {
        switch event {
        case .callAnswered: answeredAt = answeredAt ?? instant
        case .callEnded: isOver = true
        case .mediaLost(let lost) where lost.reason == .closedByUs: (lostAt, count) = (instant, count + 1)
        case .mediaResumed: lostAt = nil
        case .callerSaid(let said):
            let before = words[said.turn].map { $0.revealed + " " } ?? ""
            words[said.turn] = Private(before + said.text.revealed)
            open = said.turn
        case .dtmfReceived(let pressed):
            if !isHandedOver { keys = Private(keys.revealed + pressed.digits.revealed) }
        case .transferStarted: isHandedOver = true
        case .transferEnded: isHandedOver = false
        case .turnEnded(let ended): turnEnded(ended)
        case .agentStartedSpeaking: hasSpoken = true
        case .agentSpoke(let spoke):
            if !spoke.heard.revealed.isEmpty {
                add(.agent(spoke.utterance, spoke.heard, isInterrupted: spoke.isInterrupted))
            }
            let rest = spoke.generated.revealed.dropFirst(spoke.heard.revealed.count)
            spoken = Spoken(
                turn: spoke.turn, reply: spoke.reply, rest: Private(String(rest)), isInterrupted: spoke.isInterrupted,
                at: instant)
        case .replyFinished(let finished): if finished.finish == .cancelled { cancelled.insert(finished.reply) }
        case .toolCalled(let called):
            pending.append(called.toolCall)
            add(.toolCalled(called.toolCall, key: "\(called.toolCall)", name: called.name, called.arguments))
        case .toolReturned(let returned):
            pending.removeAll { $0 == returned.toolCall }
            add(.toolReturned(returned.toolCall, key: "\(returned.toolCall)", returned.result))
        case .toolFailed(let failed):
            pending.removeAll { $0 == failed.toolCall }
            add(.toolFailed(failed.toolCall, key: "\(failed.toolCall)", failed.fault))
        default: break
        }
    }

    private mutating func add(_ message: Message) {
        messages.append(message)
        spoken = nil
    }

    private mutating func turnEnded(_ ended: TurnEnded) {
        if open == ended.turn { open = nil }
        lastTurn = ended.turn
        if let text = words[ended.turn], !text.revealed.isEmpty { add(.caller(ended.turn, text)) }
        guard ended.reason == .dtmf else { return }
        add(.pressed(Private(keys.revealed.filter { $0 != EndpointingSettings().keyEnd })))
        keys = Private("")
    }

    // MARK: - What it comes to

    /// Nil unless the call was let go, and nobody has taken it over since.
    package var past: CallSoFar? {
        guard let lostAt, !isOver else { return nil }
        var all = messages
        // The tool may have done it, and whoever was told has gone.
        all += pending.map { .toolFailed($0, key: "\($0)", .cancelled) }
        if let open, let text = words[open], !text.revealed.isEmpty { all.append(.caller(open, text)) }
        return CallSoFar(
            messages: all, answeredAt: answeredAt, lostAt: lostAt, hasSpoken: hasSpoken,
            owed: owed(behind: all.last, lostAt), count: count)
    }

    private func owed(behind last: Message?, _ lostAt: Instant) -> CallSoFar.Owed {
        // Cut by the hand-over itself, and by nobody else: the same moment wrote both down.
        if let spoken, spoken.at == lostAt, spoken.isInterrupted, open == nil, pending.isEmpty {
            // A model that was in the middle of it has more to say than we know.
            if let reply = spoken.reply, cancelled.contains(reply) { return .reply(spoken.turn) }
            let words = spoken.rest.revealed.drop { $0 == " " }
            return words.isEmpty ? .nothing : .words(Private(String(words)))
        }
        switch last {
        case nil, .agent, .note: return .nothing
        case .caller(let turn, _): return .reply(turn)
        case .pressed, .toolCalled, .toolReturned, .toolFailed: return .reply(lastTurn)
        }
    }
}
