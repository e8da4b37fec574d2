import Domain

/// A call as it is told line by line, a second after the other.
struct ToldCall {
    private(set) var facts: [CallFact] = []
    private var second: Int64 = 0
    private var number: UInt128

    /// Ids follow from the seed, so that the same story is the same call.
    init(seed: UInt128 = 1, agent: AgentID? = nil, customer: CustomerID? = nil) {
        number = seed << 32
        add(
            .callReceived(
                CallReceived(
                    from: Private("+15550100002"), to: Private("+15550100001"),
                    leg: CarrierLeg(carrier: "telnyx", control: "v3"), agent: agent,
                    agentVersion: agent == nil ? nil : 1, customer: customer)))
        add(.callAnswered(CallAnswered()))
    }

    private mutating func next() -> UInt128 {
        number += 1
        return number
    }

    @discardableResult
    mutating func add(_ event: CallEvent) -> EventID {
        second += 1
        let id = EventID(value: next())
        facts.append(
            CallFact(
                version: Int32(facts.count + 1), id: id, at: Instant(microseconds: second * 1_000_000), event))
        return id
    }

    @discardableResult
    mutating func caller(_ text: String, mood: Double? = nil) -> EventID {
        let turn = TurnID(value: next())
        let id = add(
            .callerSaid(CallerSaid(turn: turn, text: Private(text), startedAt: 0, endedAt: 500, provider: "p")))
        if let mood, let score = Score(mood) {
            let label: Sentiment = mood <= -0.5 ? .frustrated : mood < 0 ? .negative : .positive
            add(.sentimentScored(SentimentScored(turn: turn, score: score, label: label, model: "m")))
        }
        return id
    }

    @discardableResult
    mutating func agent(_ text: String, interrupted: Bool = false) -> EventID {
        let utterance = UtteranceID(value: next())
        if interrupted {
            add(.agentInterrupted(AgentInterrupted(utterance: utterance, heardFor: 100, evidence: SpeechEvidence())))
        }
        return add(
            .agentSpoke(
                AgentSpoke(
                    utterance: utterance, generated: Private(text), heard: Private(text), heardFor: 500,
                    isInterrupted: interrupted, voice: "v", provider: "p")))
    }

    @discardableResult
    mutating func tool(_ name: String, _ arguments: [String: Freeform] = [:], gives: Freeform?) -> [EventID] {
        let use = ToolCallID(value: next())
        let called = add(
            .toolCalled(
                ToolCalled(toolCall: use, name: name, arguments: Private(.object(arguments)), idempotencyKey: "k")))
        let finished =
            if let gives {
                add(.toolReturned(ToolReturned(toolCall: use, name: name, result: Private(gives))))
            } else {
                add(.toolFailed(ToolFailed(toolCall: use, name: name, fault: .unreachable)))
            }
        return [called, finished]
    }

    @discardableResult
    mutating func pause(_ threshold: Milliseconds) -> EventID {
        add(
            .turnEnded(
                TurnEnded(
                    turn: TurnID(value: next()), reason: .silence,
                    inputs: EndpointingInputs(silenceThreshold: threshold))))
    }

    @discardableResult
    mutating func bridge() -> EventID {
        add(
            .transferBridged(
                TransferBridged(transfer: TransferID(value: next()), target: Private("+15550100009"), mode: .blind)))
    }

    @discardableResult
    mutating func end(_ reason: EndedReason = .callerHungUp) -> EventID {
        add(.callEnded(CallEnded(reason: reason, faultOwner: reason.faultOwner, duration: 4_000, isBillable: true)))
    }

    var finished: FinishedCall? { FinishedCall(facts, of: CallID(value: 7)) }

    func text(of event: EventID) -> String? {
        switch facts.first(where: { $0.id == event })?.event {
        case .callerSaid(let event)?: event.text.revealed
        case .agentSpoke(let event)?: event.heard.revealed
        default: nil
        }
    }
}
