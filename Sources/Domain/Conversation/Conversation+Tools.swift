/// Tools: asked for by a reply, and alive beyond it.
extension Conversation {
    mutating func toolAsked(_ id: ReplyID, _ request: ToolRequest) {
        guard let place = replies.firstIndex(where: { $0.id == id }), !replies[place].isFull else { return }
        replies[place].deadline = now.after(settings.liveness.betweenTokens)
        if replies[place].isSpeculative {
            // Nothing is done for a turn that may go on.
            if replies[place].heldTools.count < Limit.toolsPending { replies[place].heldTools.append(request) }
            return
        }
        replies[place].hasAskedForTools = true
        // Asked for again after a failure: what is done is done.
        guard !tools.contains(where: { $0.request.key == request.key }) else { return }
        use(request, of: replies[place])
        settle(.toolCall)
    }

    private mutating func use(_ request: ToolRequest, of reply: Reply) {
        let builtIn = BuiltInTool(rawValue: request.name)
        let definition = settings.tools.first { $0.name == request.name }
        let timeout = definition?.timeout ?? (builtIn == .transferCall ? settings.liveness.transfer + 5_000 : 10_000)
        let use = ToolUse(
            id: newID(), reply: reply.id, turn: reply.turn, request: request,
            isAwaited: definition?.mode != .background, calledAt: now, deadline: now.after(timeout))
        let key = "\(settings.call)/\(use.id)"
        let pending = tools.count { $0.isPending }
        let isFull = pending >= Limit.toolsPending || tools.count >= Limit.toolUses
        tools.append(use)
        record(
            .toolCalled(
                ToolCalled(
                    toolCall: use.id, reply: reply.id, turn: reply.turn, name: request.name,
                    arguments: request.arguments, idempotencyKey: key)))
        history.add(.toolCalled(use.id, key: request.key, name: request.name, request.arguments))
        if isFull { return fail(use.id, .refused, nil) }
        switch builtIn {
        case .endCall: endCall(use)
        case .transferCall: transferCall(use)
        case .sendKeys: sendKeys(use)
        case .remember: remember(use)
        case .lookUpCustomer, nil:
            guard definition != nil || builtIn != nil else { return fail(use.id, .unknownTool, nil) }
            out.append(
                .runTool(
                    ToolOrder(
                        toolCall: use.id, name: request.name, arguments: request.arguments, idempotencyKey: key,
                        deadline: use.deadline)))
            arm(.tool, at: use.deadline)
            if use.isAwaited {
                arm(.filler, at: now.after(settings.liveness.filler))
                arm(.hold, at: now.after(Hold.after))
            }
        }
    }

    // MARK: - Our own

    /// After what is being said; nothing is added to it.
    private mutating func endCall(_ use: ToolUse) {
        toolReturned(use.id, .done)
        owesReply = false
        leave(.agentHungUp)
    }

    /// That it was asked is in the log, and from there it is remembered: nobody in the call waits for it.
    private mutating func remember(_ use: ToolUse) {
        guard case .string(let text) = use.request.arguments.revealed["text"],
            1...Limit.memory ~= text.count, text.contains(where: { !$0.isWhitespace })
        else { return fail(use.id, .badArguments, nil) }
        out.append(.remember(use.id, use.request.arguments))
        toolReturned(use.id, .done)
    }

    private mutating func sendKeys(_ use: ToolUse) {
        guard case .string(let digits) = use.request.arguments.revealed["digits"], keysAreValid(digits) else {
            return fail(use.id, .badArguments, nil)
        }
        send(keys: Private(digits))
        toolReturned(use.id, .done)
    }

    mutating func send(keys: Private<String>) {
        out.append(.sendKeys(keys))
        record(.dtmfSent(DTMFSent(digits: keys, mediaAt: gate.mediaEnd)))
    }

    func keysAreValid(_ keys: String) -> Bool {
        1...Limit.keys ~= keys.count && keys.allSatisfy { "0123456789*#ABCDabcdwW".contains($0) }
    }

    private mutating func transferCall(_ use: ToolUse) {
        guard transfer == nil, orderedTransfer == nil,
            case .string(let target) = use.request.arguments.revealed["target"], !target.isEmpty
        else { return fail(use.id, .badArguments, nil) }
        var mode = TransferMode.blind
        if case .string(let text) = use.request.arguments.revealed["mode"] {
            mode = TransferMode(rawValue: text) ?? .blind
        }
        orderTransfer(Private(target), mode, tool: use.id)
        arm(.tool, at: use.deadline)
    }

    // MARK: - What comes of them

    mutating func toolReturned(_ id: ToolCallID, _ result: Private<Freeform>) {
        guard let use = finishTool(id) else { return }
        record(
            .toolReturned(
                ToolReturned(
                    toolCall: id, name: use.request.name, result: result, took: max(0, now.since(use.calledAt)))))
        history.add(.toolReturned(id, key: use.request.key, result))
    }

    mutating func toolFailed(_ id: ToolCallID, _ fault: ToolFault, status: Int?) { fail(id, fault, status) }

    private mutating func fail(_ id: ToolCallID, _ fault: ToolFault, _ status: Int?) {
        guard let place = tools.firstIndex(where: { $0.id == id }), !tools[place].hasReturned else { return }
        // It was said already that it failed.
        if tools[place].isLate { return }
        if fault == .timedOut {
            tools[place].isLate = true
            owesReply = true
        } else {
            _ = finishTool(id)
        }
        let use = tools[place]
        record(
            .toolFailed(
                ToolFailed(
                    toolCall: id, name: use.request.name, fault: fault, status: status,
                    took: max(0, now.since(use.calledAt)))))
        history.add(.toolFailed(id, key: use.request.key, fault))
    }

    /// Nil if there is none, or it has returned before. One that comes after its time still counts.
    private mutating func finishTool(_ id: ToolCallID) -> ToolUse? {
        guard let place = tools.firstIndex(where: { $0.id == id }), !tools[place].hasReturned else { return nil }
        tools[place].hasReturned = true
        owesReply = true
        return tools[place]
    }

    /// The model is told what came, once nothing else is awaited and the caller is not speaking.
    mutating func followUp() {
        guard owesReply, turn == nil, overlap == nil, !isMuted, !isLeaving, deferred == nil else { return }
        guard !replies.contains(where: { !$0.isSpeculative }), !tools.contains(where: { $0.isAwaited && $0.isPending })
        else { return }
        owesReply = false
        toolRounds += 1
        if toolRounds > Limit.toolRounds {
            apologize()
        } else {
            ask(lastTurn?.id)
        }
        settle(.toolResult)
    }

    // MARK: - What takes too long

    mutating func toolIsDue() {
        for use in tools where use.isPending && use.deadline <= now { fail(use.id, .timedOut, nil) }
        if let next = tools.lazy.filter(\.isPending).map(\.deadline).min() { arm(.tool, at: next) }
    }

    /// Nobody has said anything for a while: say that we are still there.
    mutating func fillerIsDue() {
        guard let place = tools.firstIndex(where: { $0.isAwaited && $0.isPending }), !isLeaving else { return }
        if utterances.isEmpty, turn == nil, let line = fillerLine(place) {
            say(line, .filler, turn: lastTurn?.id)
        }
        set(.filler, at: now.after(settings.liveness.nextFiller))
    }

    /// The tool's own once, then one after the other of those that every call has.
    private mutating func fillerLine(_ place: Int) -> String? {
        let name = tools[place].request.name
        if !tools[place].hasFilled, let own = settings.tools.first(where: { $0.name == name })?.filler {
            tools[place].hasFilled = true
            return own
        }
        guard !settings.lines.fillers.isEmpty else { return nil }
        defer { fillers += 1 }
        return settings.lines.fillers[fillers % settings.lines.fillers.count]
    }
}

extension Private<Freeform> {
    /// What our own tools return.
    static var done: Private<Freeform> { Private(.object(["status": .string("done")])) }
}
