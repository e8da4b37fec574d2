/// A stretch of the transcript: what one side said without a break, as the other side heard it.
package struct SegmentState: Hashable, Sendable {
    package enum Speaker: String, Hashable, Sendable, CaseIterable {
        case caller
        case agent
    }

    package var speaker: Speaker
    package var turn: TurnID?
    /// As heard. Nil while it is being spoken.
    package var text: Private<String>?
    /// When its first sound went out, or came in.
    package var startedAt: Instant?
    package var interruptedAt: Instant?
    package var endedAt: Instant?
    /// In the call's sound, as are the ends; the caller's only.
    package var mediaStart: Milliseconds?
    package var mediaEnd: Milliseconds?
    package var heardFor: Milliseconds?
    package var totalFor: Milliseconds?
    /// Nil until it is over.
    package var isInterrupted: Bool?
    package var confidence: Fraction?
    package var language: String?
    package var provider: String?

    package init(speaker: Speaker) { self.speaker = speaker }

    /// Segments stand in the order of this.
    package var began: Instant? { startedAt ?? (endedAt ?? interruptedAt)?.before(heardFor ?? 0) }
}

extension SegmentState {
    init(_ event: CallerSaid, at: Instant) {
        self.init(speaker: .caller)
        turn = event.turn
        text = event.text
        startedAt = CallEvent.callerSaid(event).beginning(at: at)
        endedAt = at.before(event.finalAfter ?? 0)
        mediaStart = event.startedAt
        mediaEnd = event.endedAt
        confidence = event.confidence
        language = event.language
        provider = event.provider
    }

    mutating func apply(_ event: CallEvent, at: Instant) {
        switch event {
        case .agentStartedSpeaking(let event):
            turn = turn ?? event.turn
            startedAt.keepEarliest(at)
        case .agentInterrupted(let event):
            turn = turn ?? event.turn
            interruptedAt.keepEarliest(at)
            isInterrupted = true
            // How much was heard is only known for certain when it is over.
            if text == nil { heardFor = event.heardFor }
        case .agentSpoke(let event):
            turn = turn ?? event.turn
            isInterrupted = isInterrupted == true || event.isInterrupted
            if let endedAt, endedAt <= at { return }
            endedAt = at
            text = event.heard
            heardFor = event.heardFor
            totalFor = event.totalFor
            provider = event.provider
        default: break
        }
    }
}
