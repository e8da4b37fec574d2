import Domain
import Testing

struct CallDecisionTests {
    private static let start = Instant(microseconds: 1_800_000_000_000_000)
    private static let leg = CarrierLeg(carrier: "c", control: "x")
    private static let requested = CallRequested(
        direction: .outbound, to: Private("callee"), agent: AgentID(value: 1), agentVersion: 2)
    private static let received = CallReceived(from: Private("caller"), to: Private("us"), leg: leg)

    private static func state(_ events: [CallEvent]) -> CallState? {
        var state: CallState?
        for (place, event) in events.enumerated() {
            state = Call.evolve(
                state,
                CallFact(
                    version: Int32(place + 1), id: EventID(value: UInt128(place + 1)),
                    at: start.after(Milliseconds(Int64(place) * 1_000)), event))
        }
        return state
    }

    @Test func `a call that exists is not requested again`() throws {
        #expect(try Call.decide(.request(Self.requested), nil, at: Self.start) == [.callRequested(Self.requested)])
        #expect(throws: CallRefusal.exists) {
            try Call.decide(.request(Self.requested), Self.state([.callRequested(Self.requested)]), at: Self.start)
        }
    }

    @Test func `a carrier may tell everything twice and it is news once, in any order`() throws {
        let news: [CallEvent] = [
            .callDialed(CallDialed(leg: Self.leg)), .callRinging(CallRinging(leg: Self.leg)),
            .callAnswered(CallAnswered(answeredBy: .human)),
            .callEnded(CallEnded(reason: .calleeHungUp, faultOwner: .callee, isBillable: true)),
        ]
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            var known: [CallEvent] = [.callRequested(Self.requested)]
            for place in order + order {
                known += try Call.decide(.note(news[place]), Self.state(known), at: Self.start)
            }
            #expect(known.count == 5)
            #expect(Self.state(known)?.status == .ended)
        }
    }

    @Test(arguments: [
        (HangUp.Cause.normal, HangUp.Source.caller, Direction.inbound, true, EndedReason.callerHungUp),
        (.normal, .caller, .inbound, false, .callerCancelled), (.normal, .callee, .outbound, true, .calleeHungUp),
        (.normal, .callee, .outbound, false, .calleeDeclined), (.normal, .unknown, .inbound, true, .callerHungUp),
        (.normal, .unknown, .outbound, true, .calleeHungUp), (.normal, .unknown, .outbound, false, .calleeNoAnswer),
        (.normal, .carrier, .inbound, true, .carrierHungUp), (.normal, .us, .inbound, true, .agentHungUp),
        (.busy, .callee, .outbound, false, .calleeBusy), (.noAnswer, .unknown, .outbound, false, .calleeNoAnswer),
        (.declined, .callee, .outbound, false, .calleeDeclined),
        (.unreachable, .carrier, .outbound, false, .calleeUnreachable),
        (.invalidNumber, .carrier, .outbound, false, .destinationInvalid),
        (.notAllowed, .carrier, .outbound, false, .destinationNotAllowed),
        (.congested, .carrier, .outbound, false, .carrierCongested),
        (.refused, .carrier, .outbound, false, .carrierRefused),
        (.spam, .carrier, .outbound, false, .markedAsSpam), (.routing, .carrier, .outbound, false, .routingFailed),
        (.mediaTimeout, .carrier, .inbound, true, .mediaLost), (.failed, .carrier, .outbound, false, .dialFailed),
        (.failed, .carrier, .inbound, true, .carrierHungUp),
    ])
    func `what a hang-up means`(
        cause: HangUp.Cause, source: HangUp.Source, direction: Direction, isAnswered: Bool, reason: EndedReason
    ) throws {
        var known: [CallEvent] =
            direction == .outbound ? [.callRequested(Self.requested)] : [.callReceived(Self.received)]
        if isAnswered { known.append(.callAnswered(CallAnswered())) }
        let hangUp = HangUp(cause: cause, source: source, carrierCause: "their word", sipCode: 486)
        let events = try Call.decide(.hangUp(hangUp), Self.state(known), at: Self.start.after(5_000))
        guard case .callEnded(let ended) = events.first else {
            Issue.record("no end")
            return
        }
        #expect(ended.reason == reason)
        #expect(ended.faultOwner == reason.faultOwner)
        #expect(ended.hangupCause == "their word" && ended.sipCode == 486)
        #expect(ended.duration == (isAnswered ? 4_000 : nil))
        #expect(ended.isBillable == isAnswered)
        #expect(try Call.decide(.hangUp(hangUp), Self.state(known + events), at: Self.start) == [])
    }

    @Test func `a caller who talks to somebody else has been transferred`() throws {
        let known: [CallEvent] = [
            .callReceived(Self.received), .callAnswered(CallAnswered()),
            .transferStarted(TransferStarted(transfer: TransferID(value: 4), target: Private("desk"), mode: .blind)),
        ]
        let end = try Call.decide(
            .hangUp(HangUp(cause: .normal, source: .unknown)), Self.state(known), at: Self.start.after(9_000))
        #expect(Self.state(known + end)?.end?.value.reason == .transferred)
        let over = CallEvent.transferEnded(
            TransferEnded(transfer: TransferID(value: 4), target: Private("desk"), mode: .blind, reason: .completed))
        #expect(try Call.decide(.note(over), Self.state(known + end), at: Self.start) == [over])
        #expect(try Call.decide(.note(over), Self.state(known + end + [over]), at: Self.start) == [])
    }

    @Test(arguments: [(false, EndedReason.startTimedOut), (true, .processLost)])
    func `a call that nobody carries any more is ended`(isAnswered: Bool, reason: EndedReason) throws {
        var known: [CallEvent] = [.callRequested(Self.requested)]
        if isAnswered { known.append(.callAnswered(CallAnswered())) }
        let end = try Call.decide(.giveUp, Self.state(known), at: Self.start.after(60_000))
        #expect(Self.state(known + end)?.end?.value.reason == reason)
        #expect(Self.state(known + end)?.end?.value.isBillable == false)
        #expect(try Call.decide(.giveUp, Self.state(known + end), at: Self.start) == [])
    }

    @Test func `a stopped call is not stopped again, and what is unknown is refused`() throws {
        let known: [CallEvent] = [.callRequested(Self.requested)]
        let end = try Call.decide(.stop, Self.state(known), at: Self.start)
        #expect(Self.state(known + end)?.end?.value.reason == .stopped)
        #expect(try Call.decide(.stop, Self.state(known + end), at: Self.start) == [])
        #expect(throws: CallRefusal.unknown) { try Call.decide(.stop, nil, at: Self.start) }
        let costs = CallEvent.callSettled(CallSettled(currency: "USD"))
        #expect(throws: CallRefusal.live) { try Call.decide(.note(costs), Self.state(known), at: Self.start) }
        #expect(try Call.decide(.note(costs), Self.state(known + end), at: Self.start) == [costs])
    }

    @Test func `a tool's result is news even after its time was up, but once`() throws {
        let tool = ToolCallID(value: 9)
        let known: [CallEvent] = [
            .callReceived(Self.received),
            .toolCalled(
                ToolCalled(toolCall: tool, name: "book", arguments: Private(.object([:])), idempotencyKey: "k")),
        ]
        let late = CallEvent.toolFailed(ToolFailed(toolCall: tool, name: "book", fault: .timedOut))
        let result = CallEvent.toolReturned(ToolReturned(toolCall: tool, name: "book", result: Private(.bool(true))))
        #expect(try Call.decide(.note(late), Self.state(known), at: Self.start) == [late])
        #expect(try Call.decide(.note(result), Self.state(known + [late]), at: Self.start) == [result])
        #expect(try Call.decide(.note(late), Self.state(known + [result]), at: Self.start) == [])
    }
}
