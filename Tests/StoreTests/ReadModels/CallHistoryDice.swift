import Domain
import Store

/// A call that could have happened, as facts with their times: in the order of the world, from the first to the last.
struct ImaginedCall {
    struct Moment {
        let at: Instant
        let event: CallEvent
    }

    private(set) var moments: [Moment] = []
    private var now: Instant
    private var dice: Dice

    static func any(_ dice: inout Dice, turns: ClosedRange<Int> = 0...6) -> [Moment] {
        var call = ImaginedCall(dice)
        call.live(turns)
        dice = call.dice
        return call.moments
    }

    private init(_ dice: Dice) {
        self.dice = dice
        // Around midnight, so that one fact too early moves a call to the day before.
        now = Instant(
            microseconds: 1_700_006_400_000_000 + Int64.random(in: -40_000_000...40_000_000, using: &self.dice))
    }

    private mutating func happens(_ event: CallEvent, after milliseconds: ClosedRange<Int64> = 0...900) {
        now = Instant(microseconds: now.microseconds + 1000 * Int64.random(in: milliseconds, using: &dice))
        moments.append(Moment(at: now, event: event))
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &dice) < percent }
    private mutating func id<Subject>(_: Subject.Type) -> ID<Subject> { .any(&dice) }
    private mutating func span() -> Milliseconds? {
        chance(85) ? Milliseconds(.random(in: 0...2_000, using: &dice)) : nil
    }
    private mutating func text() -> Private<String> { Private(.any(&dice)) }

    private mutating func live(_ turns: ClosedRange<Int>) {
        let leg = CarrierLeg(carrier: "telnyx", control: .any(&dice), session: .any(&dice))
        if chance(60) {
            happens(
                .callRequested(
                    CallRequested(
                        direction: .outbound, from: .any(&dice), to: text(), agent: .any(&dice), agentVersion: 3,
                        customer: .any(&dice), campaign: .any(&dice), metadata: .any(&dice))))
            happens(.callDialed(CallDialed(leg: leg)))
            if chance(90) { happens(.callRinging(CallRinging(leg: leg))) }
        } else {
            happens(
                .callReceived(
                    CallReceived(
                        from: text(), to: text(), leg: leg, agent: .any(&dice), agentVersion: 7, customer: .any(&dice)))
            )
        }
        if chance(85) {
            happens(.callAnswered(CallAnswered(answeredBy: .any(&dice), at: chance(50) ? now : nil)))
            // Told twice, by two webhooks.
            if chance(20) { happens(.callAnswered(CallAnswered(answeredBy: .any(&dice)))) }
            happens(.mediaStarted(MediaStarted(media: "m", codec: .any(&dice), sampleRate: 8_000)))
            happens(.contextLoaded(.any(&dice)))
            for _ in 0..<Int.random(in: turns, using: &dice) { turn() }
            if chance(30) { transfer() }
        }
        for _ in 0...2 where chance(20) { happens(.callChanged(.any(&dice))) }
        guard chance(80) else { return }
        happens(.callEnded(.any(&dice)))
        if chance(30) { happens(.callEnded(.any(&dice))) }
        if chance(50) { happens(.callAnalyzed(.any(&dice))) }
        if chance(20) { happens(.callAnalyzed(.any(&dice))) }
        for _ in 0...1 where chance(20) { happens(.callLookChosen(.any(&dice))) }
        if chance(50) { happens(.callSettled(.any(&dice))) }
        if chance(40) { charges(leg) }
        if chance(20) { happens(.callErased(.any(&dice))) }
    }

    /// As carriers do: late, once more, for another leg, and now and then in another currency.
    private mutating func charges(_ leg: CarrierLeg) {
        var other = leg
        other.control += "2"
        for leg in [leg, other, leg] where chance(60) {
            let currency = chance(80) ? "USD" : "EUR"
            happens(.callCharged(CallCharged(leg: leg, amount: .any(&dice), currency: currency)))
        }
    }

    private mutating func turn() {
        let (turn, reply) = (id(Subject.Turn.self), id(Subject.Reply.self))
        happens(.callerStartedSpeaking(.any(&dice)))
        for _ in 0...(chance(20) ? 1 : 0) {
            let started = Int64.random(in: 0...60_000, using: &dice)
            happens(
                .callerSaid(
                    CallerSaid(
                        turn: turn, text: text(), confidence: .any(&dice), startedAt: Milliseconds(started),
                        endedAt: Milliseconds(started + 700), finalAfter: span(), provider: "ears",
                        language: .any(&dice))))
        }
        happens(.turnEnded(TurnEnded(turn: turn, reason: .any(&dice), silence: span(), endpointing: span())))
        if chance(60) {
            happens(
                .sentimentScored(SentimentScored(turn: turn, score: .any(&dice), label: .any(&dice), model: "heart")))
        }
        if chance(10) {
            happens(.providerFailed(ProviderFailed(kind: .any(&dice), provider: "p", fault: .any(&dice), turn: turn)))
            happens(
                .providerFellBack(
                    ProviderFellBack(kind: .any(&dice), provider: "p", next: "q", fault: .any(&dice), turn: turn)))
        }
        happens(.replyRequested(ReplyRequested(reply: reply, turn: turn, provider: "mind", model: "m1")))
        happens(
            .replyFirstToken(
                ReplyFirstToken(
                    reply: reply, turn: turn, provider: "mind", model: "m1",
                    took: Milliseconds(.random(in: 0...900, using: &dice)))))
        if chance(30) { tool(reply, turn) }
        utterance(reply, turn)
        if chance(15) { utterance(reply, turn) }
    }

    private mutating func tool(_ reply: ReplyID, _ turn: TurnID) {
        let tool = id(Subject.ToolCall.self)
        happens(
            .toolCalled(
                ToolCalled(
                    toolCall: tool, reply: reply, turn: turn, name: "look_up", arguments: .any(&dice),
                    idempotencyKey: "k")))
        if chance(30) {
            happens(.toolFailed(ToolFailed(toolCall: tool, name: "look_up", fault: .any(&dice), took: span())))
        }
        if chance(70) {
            happens(.toolReturned(ToolReturned(toolCall: tool, name: "look_up", result: .any(&dice), took: span())))
        }
    }

    private mutating func utterance(_ reply: ReplyID, _ turn: TurnID) {
        let (utterance, isInterrupted) = (id(Subject.Utterance.self), chance(25))
        happens(
            .agentStartedSpeaking(
                AgentStartedSpeaking(
                    utterance: utterance, turn: turn, reply: reply, voiceFirstByte: span(), firstAudioSent: span(),
                    perceived: span())))
        let heard = Milliseconds(.random(in: 0...5_000, using: &dice))
        if isInterrupted {
            happens(
                .agentInterrupted(
                    AgentInterrupted(
                        utterance: utterance, turn: chance(70) ? turn : nil, heardFor: heard, evidence: .any(&dice))))
        }
        guard chance(95) else { return }
        happens(
            .agentSpoke(
                AgentSpoke(
                    utterance: utterance, turn: turn, reply: reply, generated: text(), heard: text(), heardFor: heard,
                    totalFor: span(), isInterrupted: isInterrupted, voice: "v", provider: "throat")))
    }

    private mutating func transfer() {
        let transfer = id(Subject.Transfer.self)
        let (target, mode) = (text(), TransferMode.any(&dice))
        happens(.transferStarted(TransferStarted(transfer: transfer, target: target, mode: mode)))
        if chance(60) { happens(.transferBridged(TransferBridged(transfer: transfer, target: target, mode: mode))) }
        if chance(60) {
            happens(
                .transferEnded(TransferEnded(transfer: transfer, target: target, mode: mode, reason: .any(&dice))))
        }
    }
}
