import Domain

/// Short names for ids, in the order in which they show up, and effects as lines.
struct Names {
    private var known: [UInt128: String] = [:]
    private var counts: [Character: Int] = [:]

    mutating func name(_ kind: Character, _ value: UInt128) -> String {
        if let name = known[value] { return name }
        counts[kind, default: 0] += 1
        let name = "\(kind)\(counts[kind, default: 0])"
        known[value] = name
        return name
    }

    /// Nil for what a script does not tell: timers.
    mutating func line(_ effect: Effect) -> String? {
        switch effect {
        case .wake: return nil
        case .record(let event): return line(event)
        case .moved(let move): return "\(move.from) → \(move.to) (\(move.cause.rawValue))"
        case .startRecognizer(let number, let provider, let from):
            return "startRecognizer \(number.value) \(provider)\(from.map { " from \($0.count)" } ?? "")"
        case .stopRecognizer(let number): return "stopRecognizer \(number.value)"
        case .finalizeTranscript: return "finalizeTranscript"
        case .scoreSentiment(let turn, _): return "scoreSentiment \(name("T", turn.value))"
        case .think(let request):
            return "think \(name("R", request.reply.value)) \(request.model.provider)"
                + (request.isSpeculative ? " early" : "")
        case .cancelReply(let reply): return "cancelReply \(name("R", reply.value))"
        case .loadContext: return "loadContext"
        case .recall(let words): return "recall “\(words.revealed)”"
        case .runTool(let order): return "runTool \(name("K", order.toolCall.value)) \(order.name)"
        case .remember(let tool, _): return "remember \(name("K", tool.value))"
        case .speak(let request):
            return "speak \(name("U", request.utterance.value)).\(request.sentence) “\(request.text.revealed)”"
                + (request.rate == 100 ? "" : " \(request.rate)%")
                + (request.voice.voice == "ada" ? "" : " \(request.voice.voice)")
        case .release(let utterance): return "release \(name("U", utterance.value))"
        case .send(let utterance, let from, let length, let mark):
            return "send \(name("U", utterance.value)) \(from.count)+\(length.count) mark \(mark.value)"
        case .clear: return "clear"
        case .playClip(let clip): return "playClip \(clip.rawValue)"
        case .hold(let from, let length): return "hold \(from.count)+\(length.count)"
        case .sendKeys(let keys): return "sendKeys \(keys.revealed)"
        case .transfer(let id, let target, let mode):
            return "transfer \(name("X", id.value)) \(target.revealed) \(mode.rawValue)"
        case .cancelTransfer(let id): return "cancelTransfer \(name("X", id.value))"
        case .hangUp(let reason): return "hangUp \(reason.rawValue)"
        }
    }

    private mutating func line(_ event: CallEvent) -> String {
        let type = event.type.rawValue
        switch event {
        case .callerSaid(let event): return "\(type) \(name("T", event.turn.value)) “\(event.text.revealed)”"
        case .turnEnded(let event):
            return "\(type) \(name("T", event.turn.value)) \(event.reason.rawValue)"
                + (event.endpointing.map { " after \($0.count)" } ?? "")
        case .replyRequested(let event): return "\(type) \(name("R", event.reply.value))"
        case .replyFirstToken(let event): return "\(type) \(name("R", event.reply.value)) after \(event.took.count)"
        case .replyFinished(let event): return "\(type) \(name("R", event.reply.value)) \(event.finish.rawValue)"
        case .agentStartedSpeaking(let event):
            return "\(type) \(name("U", event.utterance.value))"
                + (event.perceived.map { " perceived \($0.count)" } ?? "")
        case .agentSpoke(let event):
            return "\(type) \(name("U", event.utterance.value)) “\(event.heard.revealed)” \(event.heardFor.count)"
                + (event.isInterrupted ? " interrupted" : "")
        case .agentInterrupted(let event): return "\(type) \(name("U", event.utterance.value)) \(event.heardFor.count)"
        case .interruptionDismissed(let event):
            return "\(type) \(name("U", event.utterance.value)) \(event.reason.rawValue)"
        case .toolCalled(let event): return "\(type) \(name("K", event.toolCall.value)) \(event.name)"
        case .toolReturned(let event): return "\(type) \(name("K", event.toolCall.value))"
        case .toolFailed(let event): return "\(type) \(name("K", event.toolCall.value)) \(event.fault.rawValue)"
        case .dtmfReceived(let event): return "\(type) \(event.digits.revealed)"
        case .dtmfSent(let event): return "\(type) \(event.digits.revealed)"
        case .providerFailed(let event):
            return "\(type) \(event.kind.rawValue) \(event.provider) \(event.fault.rawValue)"
        case .providerFellBack(let event): return "\(type) \(event.kind.rawValue) \(event.provider) \(event.next)"
        case .transferStarted(let event): return "\(type) \(name("X", event.transfer.value))"
        case .transferBridged(let event): return "\(type) \(name("X", event.transfer.value))"
        case .transferEnded(let event): return "\(type) \(name("X", event.transfer.value)) \(event.reason.rawValue)"
        case .machineDetected(let event): return "\(type) \(event.verdict.rawValue)"
        case .mediaLost(let event): return "\(type) \(event.reason.rawValue)"
        case .callEnded(let event): return "\(type) \(event.reason.rawValue)"
        default: return type
        }
    }
}
