import Domain

/// What must hold of every call, whatever happens in it. It sees each input and its effects; the first breach is kept.
struct LawBook {
    private(set) var breach: String?

    private var state = ConversationState.idle
    private var hasBegun = false
    private var isOver = false
    private var isMuted = false
    private var wake: Instant?
    /// Sent, and not yet recorded as spoken.
    private var playing: UtteranceID?
    private var sentTo: Milliseconds = 0
    /// As far as hold sound was sent, and when that is over; nil when none is played.
    private var heldTo: (place: Milliseconds, end: Instant)?
    private var wasCleared = false
    private var spoken: Set<UtteranceID> = []
    private var voiced: Set<UtteranceID> = []
    private var released: Set<UtteranceID> = []
    private var asked: Set<ReplyID> = []
    private var finished: Set<ReplyID> = []
    private var endedTurns: Set<TurnID> = []
    private var calledTools: Set<ToolCallID> = []
    private var hasRecalled = false
    private var runTools: Set<ToolCallID> = []
    private var returnedTools: Set<ToolCallID> = []
    private var failedTools: Set<ToolCallID> = []
    private var voiceHasFailed = false
    private var transfers: [TransferID: Int] = [:]
    private(set) var heard: [UtteranceID] = []
    private(set) var moves: Set<Move> = []

    mutating func check(_ input: Input, _ effects: [Effect], at now: Instant, lead: Milliseconds, in call: Conversation)
    {
        expect(effects.count <= Limit.effectsPerInput, "\(effects.count) effects of one input")
        // While muted, and from the order on.
        if case .control(.mute) = input { isMuted = true }
        let wasOver = isOver
        for effect in effects { check(effect, at: now, lead: lead, wasOver: wasOver, in: call) }
        if case .control(.unmute) = input { isMuted = false }
        checkTools(input, effects)
        expect(call.state == state, "a move was not told")
        expect(call.isOver == isOver, "the end was not told")
        checkHistory(call)
        // Whatever others fail to do, there is a time at which we do something.
        expect(isOver || !hasBegun || wake.map { $0 > now } ?? false, "nothing would ever happen again")
    }

    private mutating func expect(_ condition: Bool, _ law: @autoclosure () -> String) {
        if !condition, breach == nil { breach = law() }
    }

    private mutating func check(
        _ effect: Effect, at now: Instant, lead: Milliseconds, wasOver: Bool, in call: Conversation
    ) {
        switch effect {
        case .record(let event): check(event, wasOver: wasOver)
        case .wake(let at):
            expect(at.map { $0 > now } ?? true, "woken at a time that has passed")
            wake = at
        case .moved(let move):
            expect(move.from == state, "moved from where it was not")
            expect(Move.all.contains(move), "an unknown move: \(move.from) \(move.cause) \(move.to)")
            state = move.to
            moves.insert(move)
        case .send(let utterance, let from, let length, _):
            expect(!isOver, "spoken after the end")
            expect(!isMuted, "spoken while muted")
            expect(playing == nil || playing == utterance, "two utterances speak")
            expect(!spoken.contains(utterance) && !released.contains(utterance), "spoken after it was over")
            let next = playing == nil ? 0 : sentTo
            expect(wasCleared && playing != nil ? from <= next : from == next, "a gap in what was sent")
            expect(length > 0 && length <= 100, "an odd piece")
            expect(lead <= 400, "\(lead.count) ms ahead of what is played")
            expect(heldTo.map { $0.end <= now } ?? true, "spoken over our own sound")
            heldTo = nil
            (playing, sentTo, wasCleared) = (utterance, from + length, false)
        case .clear: (wasCleared, heldTo) = (true, nil)
        case .hold(let from, let length):
            expect(!isOver && !isMuted, "sound of ours where there should be none")
            expect(playing == nil, "our own sound over our voice")
            expect(state == .thinking, "sound of ours while nobody thinks")
            expect(calledTools.count > returnedTools.count, "sound of ours while nothing is awaited")
            expect(length > 0 && length <= 100, "an odd piece")
            expect(lead <= 400, "\(lead.count) ms ahead of what is played")
            expect(from == 0 || from == heldTo?.place, "a gap in our own sound")
            heldTo = (from + length, (from == 0 ? now : max(now, heldTo?.end ?? now)).after(length))
        case .speak(let request):
            expect(!isOver, "a voice asked after the end")
            expect(!released.contains(request.utterance), "a voice asked for what is over")
            voiced.insert(request.utterance)
        case .release(let utterance): expect(released.insert(utterance).inserted, "released twice")
        case .think(let request):
            expect(!isOver, "a model asked after the end")
            expect(asked.insert(request.reply).inserted, "asked twice under one id")
            expect(asked.subtracting(finished).count <= Limit.repliesAlive, "too many generations")
        case .recall:
            expect(!wasOver && !hasRecalled, "words compared twice, or after the end")
            hasRecalled = true
        case .runTool(let order): expect(runTools.insert(order.toolCall).inserted, "a tool run twice")
        case .startRecognizer, .playClip, .sendKeys, .transfer, .hangUp, .remember, .loadContext, .scoreSentiment:
            expect(!wasOver, "an order after the end")
        default: break
        }
    }

    private mutating func check(_ event: CallEvent, wasOver: Bool) {
        switch event {
        case .agentSpoke(let event): check(event)
        case .agentInterrupted(let event):
            expect(wasCleared, "interrupted without silence")
            expect(playing == event.utterance, "interrupted what did not speak")
        case .replyFinished(let event):
            expect(asked.contains(event.reply) && finished.insert(event.reply).inserted, "a reply finished twice")
        case .turnEnded(let event): expect(endedTurns.insert(event.turn).inserted, "a turn ended twice")
        case .toolCalled(let event):
            expect(calledTools.insert(event.toolCall).inserted, "a tool called twice")
            expect(event.idempotencyKey.hasSuffix("\(event.toolCall)"), "a key that is not the call's")
        case .providerFailed(let event): if event.kind == .voice { voiceHasFailed = true }
        case .mediaStarted: hasBegun = true
        case .mediaLost: wasCleared = true
        case .toolFailed(let event): if event.fault != .timedOut { failedTools.insert(event.toolCall) }
        case .toolReturned(let event):
            expect(calledTools.contains(event.toolCall), "a result of nothing")
            expect(returnedTools.insert(event.toolCall).inserted, "a result twice")
        case .transferStarted(let event): transfers[event.transfer] = 1
        case .transferEnded(let event):
            expect(transfers[event.transfer] == 1, "a transfer ended that did not go on")
            transfers[event.transfer] = 2
        case .callEnded:
            expect(!isOver, "ended twice")
            isOver = true
        default: break
        }
        guard wasOver else { return }
        switch event {
        case .toolReturned, .toolFailed, .transferEnded: break
        default: expect(false, "recorded after the end: \(event.type.rawValue)")
        }
    }

    private mutating func check(_ event: AgentSpoke) {
        expect(spoken.insert(event.utterance).inserted, "an utterance ended twice")
        expect(playing == event.utterance, "spoke what was never sent")
        expect(event.heardFor <= sentTo, "heard more than was sent")
        expect(event.heardFor >= 0, "heard less than nothing")
        let (generated, heard) = (event.generated.revealed, event.heard.revealed)
        expect(
            voiceHasFailed ? isPart(heard, of: generated) : generated.hasPrefix(heard),
            "heard what was not said: “\(heard)” of “\(generated)”")
        if !heard.isEmpty { self.heard.append(event.utterance) }
        playing = nil
        wasCleared = false
    }

    /// A voice that breaks off leaves words out; those that are left stand in their order.
    private func isPart(_ heard: String, of generated: String) -> Bool {
        var rest = generated.split(separator: " ")[...]
        for word in heard.split(separator: " ") {
            guard let place = rest.firstIndex(where: { $0.hasPrefix(word) }) else { return false }
            rest = rest[(place + 1)...]
        }
        return true
    }

    /// A result is never lost, whatever else goes on.
    private mutating func checkTools(_ input: Input, _ effects: [Effect]) {
        guard case .toolReturned(let tool, _) = input, runTools.contains(tool), !failedTools.contains(tool) else {
            return
        }
        expect(returnedTools.contains(tool), "the result of a tool was lost")
    }

    /// The model is told what was heard, all of it, and nothing else.
    private mutating func checkHistory(_ call: Conversation) {
        guard call.messages.count < Limit.messages / 2 else { return }
        let told = call.messages.compactMap { if case .agent(let id, _, _) = $0 { id } else { nil } }
        expect(told == heard, "the model is told something else than was heard")
    }

    /// After the end nothing may be left open.
    mutating func checkEnd() {
        expect(isOver, "it never ended")
        expect(playing == nil, "an utterance that never ended")
        expect(asked == finished, "a reply that never ended")
        expect(voiced.subtracting(released).isEmpty, "sound that was never released")
    }
}
