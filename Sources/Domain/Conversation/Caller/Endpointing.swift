/// How much silence ends a turn. A pure rule: what it was decided from is recorded, so that another can be tried on the same calls.
struct Endpointing: Hashable, Sendable {
    let silence: Milliseconds
    let completeness: Completeness

    init(
        text: String, expecting expected: Expected, pause: Milliseconds?, endProbability: Fraction?,
        settings: EndpointingSettings
    ) {
        completeness = Completeness(text, expecting: expected)
        let isSure = (endProbability?.value ?? 0) >= settings.likelyEnd.value
        var silence: Milliseconds
        switch completeness {
        case .open where expected != .anything: silence = settings.silenceMax
        case .open: silence = isSure ? settings.silence : settings.silence.percent(240)
        case .complete: silence = settings.silenceMin
        case .unclear: silence = isSure ? settings.silenceMin : settings.silence
        }
        // Who has paused for longer and gone on will do so again; a finished sentence is finished all the same.
        if let pause, completeness != .complete, !isSure { silence = max(silence, pause.percent(120)) }
        // The least counts where somebody has tried it out above the most: a range of both would end the process.
        self.silence = max(settings.silenceMin, min(settings.silenceMax, silence))
    }
}
