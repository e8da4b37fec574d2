/// What a process that takes a call over has to know of what was before, as the log has it.
package struct CallSoFar: Hashable, Sendable {
    /// What the caller is still to hear.
    package enum Owed: Hashable, Sendable {
        case nothing
        /// The rest of what we were saying, from the first word that was not heard.
        case words(Private<String>)
        /// Nobody has answered what came last.
        case reply(TurnID?)
    }

    /// As the model is told: of our own words those that were heard.
    package var messages: [Message]
    package var answeredAt: Instant?
    /// Since then nobody has carried it.
    package var lostAt: Instant
    package var hasSpoken: Bool
    package var owed: Owed
    /// How often it was taken over, this time included.
    package var count: Int

    package init(
        messages: [Message], answeredAt: Instant?, lostAt: Instant, hasSpoken: Bool, owed: Owed, count: Int
    ) {
        (self.messages, self.answeredAt, self.lostAt) = (messages, answeredAt, lostAt)
        (self.hasSpoken, self.owed, self.count) = (hasSpoken, owed, count)
    }

    /// Nil unless the call was let go, and nobody has taken it over since. Facts stand in the order of the stream.
    package init?(_ facts: [CallFact]) {
        var reader = Reader()
        for fact in facts { if let event = fact.event { reader.take(event, at: fact.at) } }
        guard let past = reader.past else { return nil }
        self = past
    }
}

extension CallSoFar {
    private struct Reader {
        private var messages: [Message] = []
        private var answeredAt: Instant?
        private var lostAt: Instant?
        private var count = 0
        private var hasSpoken = false
        private var isOver = false
        private var words: [TurnID: String] = [:]
        private var open: TurnID?
        private var lastTurn: TurnID?
        private var keys = ""
        /// Keys are pressed for somebody else then.
        private var isHandedOver = false
        /// Asked for, and what came of it is not known.
        private var pending: [ToolCallID] = []
        private var cancelled: Set<ReplyID> = []
        /// The last thing that we said, if nothing came behind it.
        private var spoken: (event: AgentSpoke, at: Instant)?

        mutating func take(_ event: CallEvent, at instant: Instant) {
            switch event {
            case .callAnswered: answeredAt = answeredAt ?? instant
            case .callEnded: isOver = true
            case .mediaLost(let lost) where lost.reason == .closedByUs: (lostAt, count) = (instant, count + 1)
            case .mediaResumed: lostAt = nil
            case .callerSaid(let said):
                words[said.turn, default: ""] += (words[said.turn] == nil ? "" : " ") + said.text.revealed
                open = said.turn
            case .dtmfReceived(let pressed): if !isHandedOver { keys += pressed.digits.revealed }
            case .transferStarted: isHandedOver = true
            case .transferEnded: isHandedOver = false
            case .turnEnded(let ended): turnEnded(ended)
            case .agentStartedSpeaking: hasSpoken = true
            case .agentSpoke(let spoke):
                if !spoke.heard.revealed.isEmpty {
                    add(.agent(spoke.utterance, spoke.heard, isInterrupted: spoke.isInterrupted))
                }
                spoken = (spoke, instant)
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
            if let text = words[ended.turn], !text.isEmpty { add(.caller(ended.turn, Private(text))) }
            guard ended.reason == .dtmf else { return }
            add(.pressed(Private(keys.filter { $0 != EndpointingSettings().keyEnd })))
            keys = ""
        }

        var past: CallSoFar? {
            guard let lostAt, !isOver else { return nil }
            var all = messages
            // The tool may have done it, and whoever was told has gone.
            all += pending.map { .toolFailed($0, key: "\($0)", .cancelled) }
            if let open, let text = words[open], !text.isEmpty { all.append(.caller(open, Private(text))) }
            return CallSoFar(
                messages: all, answeredAt: answeredAt, lostAt: lostAt, hasSpoken: hasSpoken,
                owed: owed(behind: all.last, lostAt), count: count)
        }

        private func owed(behind last: Message?, _ lostAt: Instant) -> Owed {
            // Cut by the hand-over itself, and by nobody else: the same moment wrote both down.
            if let spoken, spoken.at == lostAt, spoken.event.isInterrupted, open == nil, pending.isEmpty {
                // A model that was in the middle of it has more to say than we know.
                if let reply = spoken.event.reply, cancelled.contains(reply) { return .reply(spoken.event.turn) }
                let rest = spoken.event.generated.revealed.dropFirst(spoken.event.heard.revealed.count)
                let words = rest.drop { $0 == " " }
                return words.isEmpty ? .nothing : .words(Private(String(words)))
            }
            switch last {
            case nil, .agent, .note: return .nothing
            case .caller(let turn, _): return .reply(turn)
            case .pressed, .toolCalled, .toolReturned, .toolFailed: return .reply(lastTurn)
            }
        }
    }
}
