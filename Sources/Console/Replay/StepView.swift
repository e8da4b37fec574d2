import Domain
import Store
import Wire

/// Steps as they are shown: what was heard, what was decided.
struct StepView {
    let words: StepWords
    let began: Instant

    /// Seconds since the call began.
    func time(_ instant: Instant) -> String {
        let milliseconds = max(0, instant.since(began).count)
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    func lines(_ step: ReplayedStep, effects: [Effect]) -> [String] {
        let input = step.traced.input
        let head = [words.name(input), words.detail(input)].filter { !$0.isEmpty }.joined(separator: " ")
        return [line("#\(step.number)", time(step.traced.at), step.before.state, "← \(head)")]
            + effects.map { line("", "", nil, "  → \($0.name) \(words.detail($0))") }
    }

    /// Frames that changed nothing, in one line.
    func line(_ frames: [ReplayedStep]) -> String? {
        guard let first = frames.first else { return nil }
        let likely = frames.map { step in
            if case .heard(let frame) = step.traced.input { frame.probability.value } else { 0.0 }
        }
        let percents = [likely.min() ?? 0, likely.max() ?? 0].map { "\(Int(($0 * 100).rounded()))" }
        return line(
            "#\(first.number)", time(first.traced.at), first.before.state,
            "← heard \(frames.count) frames, speech \(percents[0])–\(percents[1]) %")
    }

    private func line(_ number: String, _ time: String, _ state: ConversationState?, _ text: String) -> String {
        let state = state?.rawValue ?? ""
        return String(repeating: " ", count: max(0, 7 - number.count)) + number
            + String(repeating: " ", count: max(0, 10 - time.count)) + time + "  " + state
            + String(repeating: " ", count: max(0, 10 - state.count)) + text
    }

    func document(_ step: ReplayedStep) -> JSONValue {
        .object([
            ("step", .of(step.number)), ("at_ms", .of(step.traced.at.since(began).count)),
            ("state", .string(step.before.state.rawValue)), ("input", .string(words.name(step.traced.input))),
            ("detail", .string(words.detail(step.traced.input))),
            (
                "effects",
                .array(
                    step.effects.map {
                        .object([("name", .string($0.name)), ("detail", .string(words.detail($0)))])
                    })
            ), ("same", .bool(step.isSame)),
        ])
    }

    /// Everything about one step: what the conversation knew, and what of that changed.
    func whole(_ step: ReplayedStep) -> [String] {
        var lines = lines(step, effects: step.effects)
        let (before, after) = (Mirror(reflecting: step.before).children, Mirror(reflecting: step.after).children)
        for (old, new) in zip(before, after) {
            guard let label = old.label, label != "settings", label != "out" else { continue }
            let (was, became) = (String(describing: old.value), String(describing: new.value))
            guard words.isRevealing || was != became else { continue }
            if !words.isRevealing {
                lines.append("          changed \(label)")
            } else {
                lines.append("          \(label): \(was)" + (was == became ? "" : "\n            → \(became)"))
            }
        }
        return lines
    }
}
