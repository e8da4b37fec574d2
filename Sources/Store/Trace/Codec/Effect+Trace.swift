import Domain

extension Effect {
    /// What a trace calls it: a fact by its type, which has a dot in it.
    package var name: String {
        switch self {
        case .record(let event): Fact.call(event).type.rawValue
        case .wake: "wake"
        case .moved: "moved"
        case .startRecognizer: "start_recognizer"
        case .stopRecognizer: "stop_recognizer"
        case .finalizeTranscript: "finalize_transcript"
        case .scoreSentiment: "score_sentiment"
        case .think: "think"
        case .cancelReply: "cancel_reply"
        case .loadContext: "load_context"
        case .recall: "recall"
        case .runTool: "run_tool"
        case .remember: "remember"
        case .speak: "speak"
        case .release: "release"
        case .send: "send"
        case .clear: "clear"
        case .playClip: "play_clip"
        case .hold: "hold"
        case .sendKeys: "send_keys"
        case .transfer: "transfer"
        case .cancelTransfer: "cancel_transfer"
        case .hangUp: "hang_up"
        }
    }

    /// All of it, in bytes that are the same for the same effect: what two runs are compared by.
    func write(to trace: inout TraceWriter) {
        trace.text(name)
        switch self {
        case .record(let event): Self.write(event, to: &trace)
        case .wake(let at): at.write(to: &trace)
        case .moved(let move):
            trace.text(move.from.rawValue)
            trace.text(move.cause.rawValue)
            trace.text(move.to.rawValue)
        case .startRecognizer(let number, let provider, let place):
            number.write(to: &trace)
            provider.write(to: &trace)
            place.write(to: &trace)
        case .stopRecognizer(let number), .finalizeTranscript(let number): number.write(to: &trace)
        case .scoreSentiment(let turn, let text):
            turn.write(to: &trace)
            text.write(to: &trace)
        case .think(let request): request.write(to: &trace)
        case .cancelReply(let reply): reply.write(to: &trace)
        case .loadContext(let budget): budget.write(to: &trace)
        case .recall(let text): text.write(to: &trace)
        case .runTool(let order):
            order.toolCall.write(to: &trace)
            order.name.write(to: &trace)
            order.arguments.write(to: &trace)
            order.idempotencyKey.write(to: &trace)
            order.deadline.write(to: &trace)
        case .remember(let tool, let document):
            tool.write(to: &trace)
            document.write(to: &trace)
        case .speak(let request):
            request.utterance.write(to: &trace)
            request.sentence.write(to: &trace)
            request.text.write(to: &trace)
            request.voice.write(to: &trace)
            request.tone.write(to: &trace)
            request.rate.write(to: &trace)
        case .release(let utterance): utterance.write(to: &trace)
        case .send(let utterance, let place, let length, let mark):
            utterance.write(to: &trace)
            place.write(to: &trace)
            length.write(to: &trace)
            mark.write(to: &trace)
        case .clear: break
        case .playClip(let clip): trace.text(clip.rawValue)
        case .hold(let place, let length):
            place.write(to: &trace)
            length.write(to: &trace)
        case .sendKeys(let keys): keys.write(to: &trace)
        case .transfer(let id, let target, let mode):
            id.write(to: &trace)
            target.write(to: &trace)
            mode.write(to: &trace)
        case .cancelTransfer(let id): id.write(to: &trace)
        case .hangUp(let reason): trace.text(reason.rawValue)
        }
    }

    /// As the log would have it. One that the log refuses for its length is known by its type alone.
    private static func write(_ event: CallEvent, to trace: inout TraceWriter) {
        guard let bytes = try? EventCodec.encode(.call(event)) else { return }
        trace.block(bytes)
    }
}

extension ThinkRequest {
    fileprivate func write(to trace: inout TraceWriter) {
        reply.write(to: &trace)
        turn.write(to: &trace)
        model.write(to: &trace)
        trace.count(messages.count)
        for message in messages { message.write(to: &trace) }
        context.write(to: &trace)
        tone.write(to: &trace)
        isSpeculative.write(to: &trace)
    }
}
