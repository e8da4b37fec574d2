import Domain
import Wire

/// When a turn is over, when the caller may stop us, and how long anything may last. Usual is what conversations do anyway.
struct TurnTakingInput: BodyInput {
    static let example = JSONValue.object([("silence_ms", .integer(500))])

    init(_ body: inout BodyReader) {
        let (ending, stopping, living) = (EndpointingSettings(), InterruptionSettings(), LivenessSettings())
        func time(_ name: String, _ range: ClosedRange<Int>, _ usual: Milliseconds) -> Int {
            body.number(name, in: range, else: Int(usual.count))
        }
        let least = time("silence_min_ms", AgentLimits.silence, ending.silenceMin)
        let silence = time("silence_ms", AgentLimits.silence, ending.silence)
        let most = time("silence_max_ms", AgentLimits.silence, ending.silenceMax)
        if !(least <= silence && silence <= most), !body.isDescribing {
            body.fault("silence_ms", "lies from silence_min_ms to silence_max_ms")
        }
        body.flag("speculates", else: ending.speculates)
        _ = time("speculate_after_ms", AgentLimits.speculation, ending.speculateAfter)
        _ = time("interruption_speech_ms", AgentLimits.interruptionSpeech, stopping.speaking.speech)
        _ = body.number("interruption_words", in: AgentLimits.interruptionWords, else: stopping.speaking.words)
        _ = time("inactivity_ms", AgentLimits.inactivity, living.inactivity)
        _ = time("duration_max_ms", AgentLimits.duration, living.duration)
    }
}
