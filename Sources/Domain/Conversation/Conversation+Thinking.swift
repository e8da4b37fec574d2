/// Asking models, and what they answer.
extension Conversation {
    /// The caller has finished.
    mutating func answer(_ turn: TurnID, _ text: String) {
        let words = Words(text)
        if !isMuted, !isLeaving, let place = replies.firstIndex(where: { $0.isSpeculative }),
            Words(replies[place].speculation ?? "") == words, deferred == nil
        {
            adopt(place)
        } else {
            discardSpeculation()
            ask(turn)
        }
    }

    mutating func ask(_ turn: TurnID?, attempt: Int = 0) {
        guard !isMuted, !isLeaving else { return }
        if case .waiting = context {
            deferred = Deferred(turn: turn)
            return
        }
        owesReply = false
        guard let reply = makeReply(turn, attempt: attempt) else {
            models.reset()
            apologize()
            return
        }
        record(
            .replyRequested(
                ReplyRequested(reply: reply.id, turn: turn, provider: reply.model.provider, model: reply.model.model)))
        think(reply, history.messages)
    }

    private mutating func makeReply(_ turn: TurnID?, attempt: Int) -> Reply? {
        guard let model = models.current else { return nil }
        return Reply(
            id: newID(), turn: turn, model: model, attempt: attempt, askedAt: now,
            deadline: now.after(settings.liveness.firstToken))
    }

    private mutating func think(_ reply: Reply, _ messages: [Message]) {
        if replies.count >= Limit.repliesAlive { cancel(replies.removeFirst()) }
        replies.append(reply)
        out.append(
            .think(
                ThinkRequest(
                    reply: reply.id, turn: reply.turn, model: reply.model, messages: messages, context: context.text,
                    tone: tone, isSpeculative: reply.isSpeculative)))
        arm(.model, at: reply.deadline)
    }

    // MARK: - Early

    /// The caller may have finished: ask now, to be sooner if so.
    mutating func speculate() {
        guard overlap == nil, let turn, turn.isPausing, !turn.text.isEmpty, !isBusy, !isMuted, !isLeaving else {
            return
        }
        if case .waiting = context { return }
        let isSure = turn.endProbability.map { $0 >= settings.endpointing.likelyEnd } ?? false
        guard isSure || Completeness(turn.text, expecting: expected) == .complete else { return }
        guard !replies.contains(where: { $0.isSpeculative }), var reply = makeReply(turn.id, attempt: 0) else { return }
        reply.speculation = turn.text
        (reply.tellsResults, owesReply) = (owesReply, false)
        think(reply, history.messages + [.caller(turn.id, Private(turn.text))])
    }

    /// They go on: it was never asked, but for what it cost.
    mutating func discardSpeculation() {
        guard let place = replies.firstIndex(where: { $0.isSpeculative }) else { return }
        cancel(replies.remove(at: place))
    }

    /// It was asked in time. From here on it is a reply like any other.
    private mutating func adopt(_ place: Int) {
        replies[place].speculation = nil
        let reply = replies[place]
        (replies[place].held, replies[place].heldTools, replies[place].heldOutcome) = ([], [], nil)
        record(
            .replyRequested(
                ReplyRequested(
                    reply: reply.id, turn: reply.turn, provider: reply.model.provider, model: reply.model.model)))
        if reply.firstToken != nil { recordFirstToken(reply) }
        for sentence in reply.held { say(sentence, of: reply.id) }
        for request in reply.heldTools { toolAsked(reply.id, request) }
        if let outcome = reply.heldOutcome { replied(reply.id, outcome) }
    }

    /// The caller takes it out of `replies`.
    mutating func cancel(_ reply: Reply) {
        out.append(.cancelReply(reply.id))
        if reply.tellsResults, reply.isSpeculative { owesReply = true }
        // A speculation belongs to no turn: its tokens answered nobody.
        recordFinish(reply, ReplyOutcome(finish: .cancelled), turn: reply.isSpeculative ? nil : reply.turn)
        if let utterance = reply.utterance { closeUtterance(utterance) }
    }

    // MARK: - What comes

    mutating func token(_ id: ReplyID, _ text: String) {
        guard let place = replies.firstIndex(where: { $0.id == id }), !replies[place].isFull, !text.isEmpty else {
            return
        }
        if replies[place].firstToken == nil {
            replies[place].firstToken = max(0, now.since(replies[place].askedAt))
            replies[place].firstTokenAt = now
            if !replies[place].isSpeculative { recordFirstToken(replies[place]) }
        }
        replies[place].deadline = now.after(settings.liveness.betweenTokens)
        replies[place].length += text.utf8.count
        var sentences: [String] = []
        replies[place].splitter.add(text) { sentences.append($0) }
        for sentence in sentences { say(sentence, of: id) }
        guard let place = replies.firstIndex(where: { $0.id == id }), replies[place].length >= Limit.replyLength else {
            return
        }
        cutShort(id)
    }

    /// It says too much.
    mutating func cutShort(_ id: ReplyID) {
        guard let place = replies.firstIndex(where: { $0.id == id }), !replies[place].isFull else { return }
        replies[place].isFull = true
        out.append(.cancelReply(id))
        if replies[place].isSpeculative {
            replies[place].heldOutcome = ReplyOutcome(finish: .length)
        } else {
            finish(replies.remove(at: place), ReplyOutcome(finish: .length))
        }
    }

    private mutating func say(_ sentence: String, of id: ReplyID) {
        guard let place = replies.firstIndex(where: { $0.id == id }) else { return }
        if replies[place].isSpeculative {
            replies[place].held.append(sentence)
            return
        }
        if replies[place].utterance == nil {
            replies[place].utterance = plan(.reply(id), turn: replies[place].turn, isInterruptible: true, isOpen: true)
            if replies[place].utterance != nil, let last = utterances.indices.last {
                utterances[last].firstTokenAt = replies[place].firstTokenAt
            }
        }
        guard let utterance = replies[place].utterance else { return cutShort(id) }
        addSentence(sentence, to: utterance)
    }

    mutating func replied(_ id: ReplyID, _ outcome: ReplyOutcome) {
        guard let place = replies.firstIndex(where: { $0.id == id }) else { return }
        // A model that stops without a reason has failed.
        if outcome.finish == .failed { return modelFailed(id, .badAnswer, nil) }
        var sentences: [String] = []
        replies[place].splitter.finish { sentences.append($0) }
        for sentence in sentences { say(sentence, of: id) }
        guard let place = replies.firstIndex(where: { $0.id == id }) else { return }
        if replies[place].isSpeculative {
            replies[place].heldOutcome = outcome
            replies[place].deadline = .never
        } else {
            finish(replies.remove(at: place), outcome)
        }
    }

    private mutating func finish(_ reply: Reply, _ outcome: ReplyOutcome) {
        settle(.emptyReply) {
            $0.finished(reply, outcome)
            $0.followUp()
        }
    }

    private mutating func finished(_ reply: Reply, _ outcome: ReplyOutcome) {
        recordFinish(reply, outcome, turn: reply.turn)
        if let utterance = reply.utterance { closeUtterance(utterance) }
        guard reply.isSilent, outcome.finish != .cancelled else {
            if reply.utterance != nil { apologies = 0 }
            // Without a word beside it, a tool that nobody waits for would leave the caller in silence.
            if reply.utterance == nil, reply.hasAskedForTools { owesReply = true }
            return
        }
        // Nobody is to wait for an answer that is none.
        record(
            .providerFailed(
                ProviderFailed(kind: .model, provider: reply.model.provider, fault: .badAnswer, turn: reply.turn)))
        tryNext(after: reply, .badAnswer)
    }

    private mutating func recordFirstToken(_ reply: Reply) {
        record(
            .replyFirstToken(
                ReplyFirstToken(
                    reply: reply.id, turn: reply.turn, provider: reply.model.provider, model: reply.model.model,
                    took: reply.firstToken ?? 0)))
    }

    private mutating func recordFinish(_ reply: Reply, _ outcome: ReplyOutcome, turn: TurnID?) {
        record(
            .replyFinished(
                ReplyFinished(
                    reply: reply.id, turn: turn, provider: reply.model.provider, model: reply.model.model,
                    tokensIn: outcome.tokensIn, tokensOut: outcome.tokensOut, tokensCached: outcome.tokensCached,
                    took: max(0, now.since(reply.askedAt)), finish: outcome.finish)))
    }

    // MARK: - What does not come

    mutating func modelIsDue() {
        for reply in replies where reply.deadline <= now { modelFailed(reply.id, .timedOut, nil) }
        if let next = replies.map(\.deadline).min(), next != .never { arm(.model, at: next) }
    }

    mutating func modelFailed(_ id: ReplyID, _ fault: ProviderFault, _ status: Int?) {
        guard let place = replies.firstIndex(where: { $0.id == id }) else { return }
        let reply = replies.remove(at: place)
        settle(.failed) {
            $0.failed(reply, fault, status)
            $0.followUp()
        }
    }

    private mutating func failed(_ reply: Reply, _ fault: ProviderFault, _ status: Int?) {
        let id = reply.id
        out.append(.cancelReply(id))
        record(
            .providerFailed(
                ProviderFailed(
                    kind: .model, provider: reply.model.provider, fault: fault, status: status,
                    turn: reply.isSpeculative ? nil : reply.turn)))
        recordFinish(reply, ReplyOutcome(finish: .failed), turn: reply.isSpeculative ? nil : reply.turn)
        // What was begun is said as far as it got; what was only tried early is asked again in its time.
        if let utterance = reply.utterance { closeUtterance(utterance) }
        if reply.isSpeculative {
            _ = models.failed(reply.model)
        } else if reply.isSilent {
            tryNext(after: reply, fault)
        }
    }

    private mutating func tryNext(after reply: Reply, _ fault: ProviderFault) {
        guard let next = models.failed(reply.model), reply.attempt + 1 < max(2, settings.models.count) else {
            models.reset()
            apologize()
            return
        }
        record(
            .providerFellBack(
                ProviderFellBack(
                    kind: .model, provider: reply.model.provider, next: next.provider, fault: fault, turn: reply.turn,
                    took: max(0, now.since(reply.askedAt)))))
        ask(reply.turn, attempt: reply.attempt + 1)
    }

    /// Nobody could answer: the caller is told so, rather than left in silence.
    mutating func apologize() {
        guard !isLeaving else { return }
        apologies += 1
        if apologies >= Limit.apologies {
            farewell(settings.lines.farewellApology, .modelFailed)
        } else {
            say(settings.lines.apology, .line)
        }
    }

    mutating func recovered(_ kind: ProviderKind, _ provider: String, _ downFor: Milliseconds?) {
        record(.providerRecovered(ProviderRecovered(kind: kind, provider: provider, downFor: downFor)))
        switch kind {
        case .model: models.reset()
        case .voice: voices.reset()
        // The recognizer that runs is not torn down for a better one; the next start begins with the first.
        case .transcription, .sentiment, .embedding, .telephony: break
        }
    }

    // MARK: - What is known of the customer

    /// Nothing known, or nobody to tell it: the model is not told of nothing.
    mutating func contextLoaded(_ loaded: ContextLoaded, _ text: Private<String>) {
        record(.contextLoaded(loaded))
        context = text.revealed.isEmpty ? .missed : .loaded(text)
        alarms[.context] = nil
        askDeferred()
    }

    /// Better without than late. If it still comes, the next turn has it.
    mutating func contextMissed() {
        guard case .waiting(let since) = context else { return }
        record(
            .contextLoaded(
                ContextLoaded(memories: [], patterns: [], took: max(0, now.since(since)), outcome: .late)))
        context = .missed
        askDeferred()
    }

    /// Once, with the first words that mean something: a greeting brings nothing to mind. What comes of it is in the next turn's question.
    mutating func recall(_ text: String) {
        guard settings.loadsContext, !hasRecalled, !isLeaving, !SpokenWords.meaning(SpokenWords.of(text)).isEmpty else {
            return
        }
        hasRecalled = true
        out.append(.recall(Private(text)))
    }

    private mutating func askDeferred() {
        guard let deferred else { return }
        self.deferred = nil
        ask(deferred.turn)
        settle(.turnEnd)
    }
}
