import Domain
import Store
import Wire

/// Inputs and effects in words. What people said is shown to those who ask for it.
struct StepWords {
    let isRevealing: Bool

    private func shown(_ text: Private<String>) -> String { shown(text.revealed) }

    /// What a model or a person has worded.
    private func shown(_ text: String) -> String { isRevealing ? "“\(text)”" : RedactedPayload.mark }

    private func shown(_ document: Private<Freeform>) -> String {
        isRevealing ? "\(document.revealed)" : RedactedPayload.mark
    }

    // MARK: - Inputs

    func name(_ input: Input) -> String {
        switch input {
        case .due: "due"
        case .answered: "answered"
        case .mediaStarted: "media_started"
        case .mediaLost: "media_lost"
        case .marked: "marked"
        case .keyed: "keyed"
        case .machineDetected: "machine_detected"
        case .hungUp: "hung_up"
        case .transferBridged: "transfer_bridged"
        case .transferEnded: "transfer_ended"
        case .heard: "heard"
        case .partial: "partial"
        case .final: "final"
        case .endOfTurn: "end_of_turn"
        case .token: "token"
        case .toolAsked: "tool_asked"
        case .replied: "replied"
        case .voiced: "voiced"
        case .timed: "timed"
        case .voiceEnded: "voice_ended"
        case .toolReturned: "tool_returned"
        case .toolFailed: "tool_failed"
        case .contextLoaded: "context_loaded"
        case .sentimentScored: "sentiment_scored"
        case .failed: "failed"
        case .recovered: "recovered"
        case .control: "control"
        case .tookOver: "took_over"
        }
    }

    func detail(_ input: Input) -> String {
        switch input {
        case .due: ""
        case .answered(let by): by?.rawValue ?? ""
        case .mediaStarted(_, let codec, let rate): "\(codec.rawValue) \(rate)"
        case .mediaLost(let reason): reason.rawValue
        case .marked(let number): "\(number.value)"
        case .keyed(let keys, _): shown(keys)
        case .machineDetected(let verdict, _): verdict.rawValue
        case .hungUp(let hangUp): "\(hangUp.cause.rawValue) by \(hangUp.source.rawValue)"
        case .transferBridged: ""
        case .transferEnded(_, let end): end.rawValue
        case .heard(let frame):
            "\(frame.mediaAt.count)–\(frame.mediaAt.count + frame.length.count) ms, speech \(frame.probability.short)"
        case .partial(let transcript), .final(let transcript): shown(transcript.text)
        case .endOfTurn(_, let likely): "likely \(likely.short)"
        case .token(_, let text): shown(text)
        case .toolAsked(_, let request): "\(request.name) \(shown(request.arguments))"
        case .replied(_, let outcome): outcome.finish.rawValue
        case .voiced(_, let sentence, let length): "sentence \(sentence), \(length.count) ms more"
        case .timed(_, let sentence, let words): "sentence \(sentence), \(words.count) words"
        case .voiceEnded(_, let sentence): "sentence \(sentence)"
        case .toolReturned(_, let result): shown(result)
        case .toolFailed(_, let fault, _): fault.rawValue
        case .contextLoaded(let loaded, let text):
            "\(loaded.memories.count) memories, \(loaded.patterns.count) patterns: \(shown(text))"
        case .sentimentScored(_, _, let label, _, _): label.rawValue
        case .failed(let peer, let fault, let status):
            "\(name(peer)): \(fault.rawValue)" + (status.map { " \($0)" } ?? "")
        case .recovered(let kind, let provider, _): "\(kind.rawValue) \(provider)"
        case .control(let control): detail(control)
        case .tookOver(let past): "\(past.messages.count) messages"
        }
    }

    private func name(_ peer: Peer) -> String {
        switch peer {
        case .recognizer: "recognizer"
        case .model: "model"
        case .voice: "voice"
        }
    }

    private func detail(_ control: Control) -> String {
        switch control {
        case .interrupt: "interrupt"
        case .cancel: "cancel"
        case .emergencyStop: "emergency stop"
        case .say(let text, _): "say \(shown(text))"
        case .inject(let text, _): "inject \(shown(text))"
        case .mute: "mute"
        case .unmute: "unmute"
        case .expect: "expect"
        case .sendKeys(let keys): "send keys \(shown(keys))"
        case .transfer(_, let mode): "transfer \(mode.rawValue)"
        case .hangUp: "hang up"
        case .letGo: "let go"
        }
    }

    // MARK: - Effects

    func detail(_ effect: Effect) -> String {
        switch effect {
        case .record(let event): payload(.call(event)).compact
        case .wake(let at): at.map { "at \(Timestamp($0))" } ?? "never"
        case .moved(let move): "\(move.from.rawValue) → \(move.to.rawValue), \(move.cause.rawValue)"
        case .startRecognizer(let number, let provider, let place):
            "\(number.value) at \(provider)" + (place.map { " from \($0.count) ms" } ?? "")
        case .stopRecognizer(let number), .finalizeTranscript(let number): "\(number.value)"
        case .scoreSentiment(_, let text): shown(text)
        case .think(let request):
            "\(request.model.provider) \(request.model.model), \(request.messages.count) messages, \(request.tone.rawValue)"
                + (request.isSpeculative ? ", early" : "")
        case .cancelReply(let reply): "\(reply)"
        case .loadContext(let budget): "within \(budget.count) ms"
        case .recall(let text): shown(text)
        case .runTool(let order): "\(order.name) \(shown(order.arguments))"
        case .remember(_, let document): shown(document)
        case .speak(let request): "sentence \(request.sentence) at \(request.voice.provider): \(shown(request.text))"
        case .release(let utterance): "\(utterance)"
        case .send(_, let place, let length, let mark):
            "\(place.count)–\(place.count + length.count) ms, mark \(mark.value)"
        case .clear: ""
        case .playClip(let clip): clip.rawValue
        case .hold(let place, let length): "\(place.count)–\(place.count + length.count) ms"
        case .sendKeys(let keys): shown(keys)
        case .transfer(_, let target, let mode): "\(mode.rawValue) to \(shown(target))"
        case .cancelTransfer(let id): "\(id)"
        case .hangUp(let reason): reason.rawValue
        }
    }

    private func payload(_ fact: Fact) -> JSONValue {
        do {
            return isRevealing ? .of(json: try EventCodec.encode(fact)) : try RedactedPayload.of(fact)
        } catch {
            return .string(RedactedPayload.mark)
        }
    }
}

extension Fraction {
    /// Two decimals.
    fileprivate var short: String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
