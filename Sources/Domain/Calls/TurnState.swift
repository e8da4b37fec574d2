/// A turn, with every stage of what the caller waited for. What is not known is nil.
package struct TurnState: Hashable, Sendable {
    /// The first sign of it, by the clock of the world: turns stand in its order.
    package var began: Instant
    package var end: Ended?
    package var said: Said?
    package var token: FirstToken?
    package var sound: FirstSound?
    package var sentiment: Sensed?
    /// Nil until an utterance of it is over.
    package var isInterrupted: Bool?

    package init(began: Instant) { self.began = began }

    package struct Ended: Hashable, Sendable {
        package let at: Instant
        package let reason: TurnEnd
        package let silence: Milliseconds?
        package let endpointing: Milliseconds?

        package init(at: Instant, reason: TurnEnd, silence: Milliseconds?, endpointing: Milliseconds?) {
            self.at = at
            self.reason = reason
            self.silence = silence
            self.endpointing = endpointing
        }
    }

    /// The last thing the caller said in it: that is what the answer had to wait for.
    package struct Said: Hashable, Sendable {
        package let at: Instant
        package let segment: SegmentID
        package let finalAfter: Milliseconds?

        package init(at: Instant, segment: SegmentID, finalAfter: Milliseconds?) {
            self.at = at
            self.segment = segment
            self.finalAfter = finalAfter
        }
    }

    /// The first token of the first reply.
    package struct FirstToken: Hashable, Sendable {
        package let at: Instant
        package let reply: ReplyID
        package let took: Milliseconds
        package let provider: String
        package let model: String

        package init(at: Instant, reply: ReplyID, took: Milliseconds, provider: String, model: String) {
            self.at = at
            self.reply = reply
            self.took = took
            self.provider = provider
            self.model = model
        }
    }

    /// The first sound of the first utterance.
    package struct FirstSound: Hashable, Sendable {
        package let at: Instant
        package let utterance: UtteranceID
        package let voiceFirstByte: Milliseconds?
        package let firstAudioSent: Milliseconds?
        package let perceived: Milliseconds?

        package init(
            at: Instant, utterance: UtteranceID, voiceFirstByte: Milliseconds?, firstAudioSent: Milliseconds?,
            perceived: Milliseconds?
        ) {
            self.at = at
            self.utterance = utterance
            self.voiceFirstByte = voiceFirstByte
            self.firstAudioSent = firstAudioSent
            self.perceived = perceived
        }
    }

    package struct Sensed: Hashable, Sendable {
        package let at: Instant
        package let score: Score
        package let label: Sentiment

        package init(at: Instant, score: Score, label: Sentiment) {
            self.at = at
            self.score = score
            self.label = label
        }
    }
}

extension TurnState {
    mutating func apply(_ event: CallEvent, at: Instant, id: EventID) {
        began = min(began, event.beginning(at: at))
        switch event {
        case .callerSaid(let event):
            let new = Said(at: at, segment: SegmentID(value: id.value), finalAfter: event.finalAfter)
            if said.map({ ($0.at, $0.segment) < (new.at, new.segment) }) ?? true { said = new }
        case .turnEnded(let event):
            // One that was resumed ends again.
            let new = Ended(at: at, reason: event.reason, silence: event.silence, endpointing: event.endpointing)
            if end.map({ ($0.at, $0.reason.rawValue) < (new.at, new.reason.rawValue) }) ?? true { end = new }
        case .replyFirstToken(let event):
            let new = FirstToken(
                at: at, reply: event.reply, took: event.took, provider: event.provider, model: event.model)
            if token.map({ ($0.at, $0.reply) > (new.at, new.reply) }) ?? true { token = new }
        case .agentStartedSpeaking(let event):
            let new = FirstSound(
                at: at, utterance: event.utterance, voiceFirstByte: event.voiceFirstByte,
                firstAudioSent: event.firstAudioSent, perceived: event.perceived)
            if sound.map({ ($0.at, $0.utterance) > (new.at, new.utterance) }) ?? true { sound = new }
        case .sentimentScored(let event):
            let new = Sensed(at: at, score: event.score, label: event.label)
            if sentiment.map({ ($0.at, $0.score) < (new.at, new.score) }) ?? true { sentiment = new }
        case .agentSpoke(let event): isInterrupted = isInterrupted == true || event.isInterrupted
        case .agentInterrupted: isInterrupted = true
        default: break
        }
    }
}

extension CallEvent {
    /// When what it tells of began; speech is told of when it is over.
    func beginning(at: Instant) -> Instant {
        switch self {
        case .callerSaid(let event):
            at.before(event.finalAfter ?? 0).before(max(0, Milliseconds(event.endedAt.count &- event.startedAt.count)))
        case .agentSpoke(let event): at.before(event.heardFor)
        case .agentInterrupted(let event): at.before(event.heardFor)
        default: at
        }
    }
}

extension Instant {
    /// Numbers from elsewhere may be absurd: then it is the instant itself.
    func before(_ span: Milliseconds) -> Instant {
        let (microseconds, overflow) = span.count.multipliedReportingOverflow(by: 1000)
        guard span > 0, span < Self.spanMax, !overflow else { return self }
        return Instant(microseconds: self.microseconds &- microseconds)
    }

    /// A carrier's clock that is further off is no clock.
    func isWithinADay(of other: Instant) -> Bool {
        let (difference, overflow) = microseconds.subtractingReportingOverflow(other.microseconds)
        return !overflow && difference.magnitude <= UInt64(Self.spanMax.count) * 1000
    }

    /// Nobody speaks for longer than a day.
    private static let spanMax = Milliseconds(86_400_000)
}
