import Domain
import Store
import Testing

/// The fold by itself: facts in, a call out.
struct CallFoldTests {
    private var dice = Dice(seed: 3)
    private var facts: [CallFact] = []

    private mutating func say(_ event: CallEvent, at milliseconds: Int64) {
        let version = Int32(facts.count) + 1
        facts.append(
            CallFact(
                version: version, id: EventID(value: UInt128(version)), at: Instant(microseconds: milliseconds * 1000),
                event))
    }

    private func folded() throws -> CallState { try #require(CallState.folded(facts)) }

    private static let leg = CarrierLeg(carrier: "telnyx", control: "c1")

    private mutating func request() {
        say(
            .callRequested(
                CallRequested(direction: .outbound, to: Private("+49"), agent: AgentID(value: 5), agentVersion: 2)),
            at: 1_000)
    }

    @Test mutating func `status follows from what happened`() throws {
        let transfer = TransferID(value: 9)
        request()
        #expect(try folded().status == .queued)
        say(.callDialed(CallDialed(leg: Self.leg)), at: 1_100)
        #expect(try folded().status == .queued)
        say(.callRinging(CallRinging(leg: Self.leg)), at: 1_200)
        #expect(try folded().status == .ringing)
        say(.callAnswered(CallAnswered(answeredBy: .human)), at: 3_000)
        #expect(try folded().status == .inProgress)
        say(.transferStarted(TransferStarted(transfer: transfer, target: Private("x"), mode: .any(&dice))), at: 4_000)
        #expect(try folded().status == .transferring)
        say(
            .transferEnded(
                TransferEnded(transfer: transfer, target: Private("x"), mode: .any(&dice), reason: .noAnswer)),
            at: 5_000)
        #expect(try folded().status == .inProgress)
        say(.callEnded(CallEnded(reason: .callerHungUp, faultOwner: .caller, isBillable: true)), at: 8_000)
        let call = try folded()
        #expect(call.status == .ended && !call.status.isLive)
        #expect(call.duration == 5_000)
        #expect(call.version == 7)
    }

    @Test mutating func `a hangup before the answer, and a ringing after all, change nothing of the order`() throws {
        say(.callEnded(CallEnded(reason: .calleeHungUp, faultOwner: .callee, isBillable: true)), at: 9_000)
        #expect(try folded().status == .ended)
        #expect(try folded().duration == nil)
        say(.callAnswered(CallAnswered(at: Instant(microseconds: 3_000_000))), at: 3_200)
        say(.callRinging(CallRinging(leg: Self.leg)), at: 1_200)
        request()
        let call = try folded()
        #expect(call.status == .ended)
        #expect(call.duration == 6_000)
        #expect(call.startedAt == Instant(microseconds: 1_000_000))
        #expect(call.ringingAt == Instant(microseconds: 1_200_000))
        #expect(call.origin?.value.direction == .outbound)
    }

    @Test mutating func `what ended a call is the first that did, whoever tells first`() throws {
        say(.callEnded(CallEnded(reason: .carrierHungUp, faultOwner: .carrier, isBillable: true)), at: 9_100)
        say(.callEnded(CallEnded(reason: .agentHungUp, faultOwner: .us, isBillable: true)), at: 9_000)
        #expect(try folded().end?.value.reason == .agentHungUp)
        #expect(CallTotals(try folded()).failed == 0)
    }

    @Test mutating func `a carrier's clock that is days off is not believed`() throws {
        say(.callAnswered(CallAnswered(at: Instant(microseconds: .max))), at: 3_000)
        #expect(try folded().answeredAt == Instant(microseconds: 3_000_000))
    }

    @Test mutating func `a turn has every stage of its latency, and nothing where nothing is known`() throws {
        let (turn, reply, utterance) = (TurnID(value: 1), ReplyID(value: 2), UtteranceID(value: 3))
        say(
            .callerSaid(
                CallerSaid(
                    turn: turn, text: Private("hello"), startedAt: 0, endedAt: 800, finalAfter: 150, provider: "ears")),
            at: 2_000)
        #expect(try folded().turns[turn]?.began == Instant(microseconds: 1_050_000))
        #expect(try folded().turns[turn]?.end?.endpointing == nil)
        #expect(try folded().turns[turn]?.isInterrupted == nil)
        say(.turnEnded(TurnEnded(turn: turn, reason: .silence, silence: 500, endpointing: 550)), at: 2_400)
        // The second reply, after a tool, is not what the caller waited for first.
        say(
            .replyFirstToken(
                ReplyFirstToken(reply: ReplyID(value: 7), turn: turn, provider: "b", model: "n", took: 90)), at: 4_000)
        say(
            .replyFirstToken(ReplyFirstToken(reply: reply, turn: turn, provider: "a", model: "m", took: 310)), at: 2_700
        )
        say(
            .agentStartedSpeaking(
                AgentStartedSpeaking(
                    utterance: utterance, turn: turn, reply: reply, voiceFirstByte: 120, firstAudioSent: 20,
                    perceived: 1_000)), at: 2_850)
        say(
            .agentSpoke(
                AgentSpoke(
                    utterance: utterance, turn: turn, generated: Private("Good day to you"), heard: Private("Good day"),
                    heardFor: 700, isInterrupted: true, voice: "v", provider: "t")), at: 3_600)
        say(
            .agentInterrupted(AgentInterrupted(utterance: utterance, heardFor: 690, evidence: .any(&dice))), at: 3_550)
        let call = try folded()
        let row = try #require(call.turns[turn])
        #expect(row.end?.endpointing == 550)
        #expect(row.said?.finalAfter == 150)
        #expect(row.token?.took == 310 && row.token?.model == "m")
        #expect(row.sound?.voiceFirstByte == 120 && row.sound?.firstAudioSent == 20 && row.sound?.perceived == 1_000)
        #expect(row.isInterrupted == true)
        #expect(row.sentiment == nil)
        #expect(call.turnCount == 1)
        // Two events tell of the same interruption.
        #expect(call.interruptionCount == 1)
        let transcript = call.transcript
        #expect(transcript.map(\.segment.speaker) == [.caller, .agent])
        #expect(transcript.map(\.segment.text?.revealed) == ["hello", "Good day"])
        #expect(transcript.last?.segment.heardFor == 700)
    }

    @Test mutating func `of a tool's two answers the one counts that the model was given`() throws {
        let tool = ToolCallID(value: 4)
        say(
            .toolReturned(ToolReturned(toolCall: tool, name: "look_up", result: Private(.null), took: 9_000)), at: 9_000
        )
        say(.toolFailed(ToolFailed(toolCall: tool, name: "look_up", fault: .timedOut, took: 5_000)), at: 5_000)
        #expect(try folded().toolUses[tool]?.calledAt == nil)
        say(
            .toolCalled(
                ToolCalled(toolCall: tool, name: "look_up", arguments: Private(.null), idempotencyKey: "k")), at: 10)
        let call = try folded()
        #expect(call.toolUses[tool]?.finish?.fault == .timedOut)
        #expect(call.toolUses[tool]?.finish?.version == 2)
        #expect(call.toolUses[tool]?.calledVersion == 3)
        #expect(call.toolUseCount == 1)
        #expect(call.errorCount == 1)
    }

    @Test mutating func `what the carrier takes for each leg counts where nobody has settled the line`() throws {
        let other = CarrierLeg(carrier: "telnyx", control: "c2")
        request()
        #expect(try folded().bill == nil)
        say(.callCharged(CallCharged(leg: Self.leg, amount: 9_000, currency: "USD")), at: 9_000)
        say(.callCharged(CallCharged(leg: other, amount: 500, currency: "USD")), at: 9_100)
        #expect(try folded().bill == CallSettled(telephony: 9_500, currency: "USD"))
        // Reckoned again, and told late what was reckoned before.
        say(.callCharged(CallCharged(leg: Self.leg, amount: 8_000, currency: "USD")), at: 9_500)
        say(.callCharged(CallCharged(leg: Self.leg, amount: 7_000, currency: "USD")), at: 8_900)
        say(
            .callCharged(CallCharged(leg: CarrierLeg(carrier: "x", control: "c3"), amount: 1, currency: "EUR")),
            at: 9_600)
        #expect(try folded().bill?.telephony == 8_500)
        let share = CallShare(try folded())
        #expect(share.costs.telephonyMicros == 8_500 && share.currency == "USD")
        say(.callSettled(CallSettled(model: 70, currency: "USD")), at: 10_000)
        #expect(try folded().bill == CallSettled(model: 70, telephony: 8_500, currency: "USD"))
        say(.callSettled(CallSettled(model: 70, currency: "CHF")), at: 10_100)
        #expect(try folded().bill == CallSettled(model: 70, currency: "CHF"))
        say(.callSettled(CallSettled(model: 70, telephony: 3, currency: "USD")), at: 10_200)
        #expect(try folded().bill?.telephony == 3)
    }

    @Test mutating func `a call is on hold, or in a queue, until the carrier says otherwise or it ends`() throws {
        request()
        #expect(try standing() == "false nil")
        say(.callResumed(CallResumed()), at: 5_000)
        say(.callHeld(CallHeld()), at: 4_000)
        #expect(try standing() == "false nil")
        say(.callHeld(CallHeld()), at: 6_000)
        say(.callEnqueued(CallEnqueued(queue: "support")), at: 6_000)
        #expect(try standing() == "true support")
        say(.callEnded(CallEnded(reason: .callerHungUp, faultOwner: .caller, isBillable: true)), at: 8_000)
        #expect(try standing() == "false nil")
        say(.callDequeued(CallDequeued(queue: "support")), at: 7_000)
        #expect(try folded().place?.value == nil)
    }

    private func standing() throws -> String {
        let call = try folded()
        return "\(call.isOnHold) \(call.queue ?? "nil")"
    }

    @Test mutating func `in whatever order facts are learnt, the call is the same`() throws {
        dice = Dice(seed: RoundTripTests.seed)
        for _ in 0..<150 {
            facts = []
            for moment in ImaginedCall.any(&dice) { say(moment.event, at: moment.at.microseconds / 1000) }
            let inOrder = try folded()
            for _ in 0..<3 {
                facts.shuffle(using: &dice)
                #expect(try folded() == inOrder, "LEDGERLINE_SEED=\(RoundTripTests.seed)")
            }
        }
    }

    @Test mutating func `totals go up and down by the same`() throws {
        dice = Dice(seed: 21)
        var sum = CallTotals()
        var states: [CallTotals] = []
        for _ in 0..<20 {
            facts = []
            for moment in ImaginedCall.any(&dice) { say(moment.event, at: moment.at.microseconds / 1000) }
            states.append(CallTotals(try folded()))
        }
        for totals in states { sum += totals }
        #expect(sum.calls == 20)
        #expect(sum.queued + sum.ringing + sum.inProgress + sum.transferring + sum.ended == 20)
        for totals in states { sum -= totals }
        #expect(sum.isZero)
    }

    @Test func `what the batch reads is what the fold uses`() throws {
        var dice = Dice(seed: 5)
        for type in EventType.allCases where type.stream == .call {
            guard case .call(var event) = Fact.any(type, &dice) else { continue }
            // Who looks again looks beside what counts.
            if case .callAnalyzed(var look) = event {
                look.run = nil
                event = .callAnalyzed(look)
            }
            let fact = CallFact(version: 2, id: EventID(value: 2), at: Instant(microseconds: 0), event)
            let bare = CallFact(version: 2, id: EventID(value: 2), at: Instant(microseconds: 0), nil)
            var (full, empty) = (CallState(startedAt: fact.at), CallState(startedAt: fact.at))
            full.apply(fact)
            empty.apply(bare)
            #expect((full.kept != empty) == CallBatch.reads(type), "\(type)")
        }
    }
}
