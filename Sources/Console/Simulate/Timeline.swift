import Wire

/// A call as it is told while it happens: who spoke, what was understood, and how long it took.
struct Timeline {
    private var began: Timestamp?
    private var endpointing: Int64?
    private var firstToken: Int64?
    /// The carrier says it as well as we do.
    private var isOver = false

    /// Nil for what people need not see.
    mutating func line(_ fact: CallFactView) -> String? {
        if began == nil { began = fact.at }
        guard let text = words(fact) else { return nil }
        let tenths = max(0, (fact.at.milliseconds - (began ?? fact.at).milliseconds) / 100)
        let time = "\(tenths / 10).\(tenths % 10) s"
        return String(repeating: " ", count: max(0, 8 - time.count)) + time + "  " + text
    }

    private mutating func words(_ fact: CallFactView) -> String? {
        func text(_ name: String) -> String { fact.payload[name]?.text ?? "?" }
        func number(_ name: String) -> Int64? { fact.payload[name]?.wholeNumber }
        switch fact.type {
        case "call.received": return "call      \(text("from")) calls \(text("to"))"
        case "call.requested": return "call      \(text("to")) is to be called"
        case "call.ringing": return "call      rings"
        case "call.answered": return "call      answered"
        case "machine.detected": return "call      answered by \(text("verdict"))"
        case "caller.said": return "caller    “\(text("text"))”"
        case "turn.ended":
            endpointing = number("endpointing_ms")
            return nil
        case "reply.first_token":
            firstToken = number("took_ms")
            return nil
        case "agent.started_speaking":
            guard let perceived = number("perceived_ms") else { return nil }
            defer { (endpointing, firstToken) = (nil, nil) }
            let stages = [
                endpointing.map { "turn's end \($0)" }, firstToken.map { "first word \($0)" },
                number("tts_first_byte_ms").map { "voice \($0)" },
            ].compactMap { $0 }
            return "          \(perceived) ms of silence (\(stages.joined(separator: ", ")))"
        case "agent.spoke":
            let heard = text("heard_text")
            guard fact.payload["interrupted"] == .bool(true) else { return "agent     “\(heard)”" }
            return "agent     “\(heard)” — interrupted, of “\(text("generated_text"))”"
        case "agent.interrupted":
            return "          the agent is interrupted" + (number("stop_ms").map { " and quiet after \($0) ms" } ?? "")
        case "interruption.dismissed": return "          that was no interruption (\(text("reason")))"
        case "tool.called": return "tool      \(text("name")) is asked \(fact.payload["arguments"]?.compact ?? "")"
        case "tool.returned": return "tool      answers \(fact.payload["result"]?.compact ?? "")"
        case "tool.failed": return "tool      \(text("name")) failed: \(text("fault"))"
        case "dtmf.received": return "caller    presses \(text("digits"))"
        case "context.loaded":
            if text("outcome") == "late" { return "          what is known of the customer is late: the call goes on" }
            guard case .array(let memories)? = fact.payload["memories"], !memories.isEmpty else { return nil }
            let took = number("took_ms").map { " after \($0) ms" } ?? ""
            return
                "          known of the customer: \(memories.count == 1 ? "1 memory" : "\(memories.count) memories")\(took)"
        case "memory.remembered": return "          remembered: \(text("content"))"
        case "provider.fell_back":
            return "          \(text("provider")) failed (\(text("fault"))): \(text("next")) goes on"
        case "provider.failed": return "          \(text("provider")) failed (\(text("fault")))"
        case "transfer.started": return "call      is handed over"
        case "call.ended":
            guard !isOver else { return nil }
            isOver = true
            return "call      over: \(text("ended_reason"))"
                + (number("duration_ms").map { " after \($0 / 1000) s" } ?? "")
        default: return nil
        }
    }
}
