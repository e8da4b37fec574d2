import Domain
import Loop

/// The protocol of one live recognition, pure: what happened goes in with its moment, what to do comes out.
///
/// Interim words replace one another, settled ones add up, and a turn ends once, whichever of Deepgram's three ways of saying
/// so comes first: a pause, no words for a time, or the answer to our own request.
struct DeepgramListening {
    enum Step: Equatable {
        case deliver(RecognizerEvent)
        case send(Control)
        /// Say goodbye, and expect nothing.
        case close
    }

    enum Control: String {
        case keepAlive = #"{"type":"KeepAlive"}"#
        case finalize = #"{"type":"Finalize"}"#
        case closeStream = #"{"type":"CloseStream"}"#
    }

    private enum Phase: Equatable {
        /// → listening, over
        case opening(by: Moment)
        /// → finishing, over
        case listening
        /// → over
        case finishing(by: Moment)
        case over
    }

    /// So much audio may be without an answer though answers come.
    static let lagMax = Milliseconds(1_000)

    private var phase: Phase
    private let settings: DeepgramSettings
    private let format: SoundFormat
    private var bytesSent = 0
    /// Up to where the audio was answered.
    private var answeredUpTo = Milliseconds(0)
    /// When audio was given that nothing has answered; nil when nothing is due.
    private var unansweredSince: Moment?
    private var hasAnswered = false
    private var lastSentAt: Moment
    private var finalizeBy: Moment?
    /// Asked for before the socket was open.
    private var owesFinalize = false
    private var owesClose = false
    /// Where the turn began that has settled words and no end.
    private var turnStartedAt: Milliseconds?
    /// A fault of our own making, for the next time it is woken.
    private var fault: StreamFault?

    init(_ settings: DeepgramSettings, _ format: SoundFormat = .telephone, at now: Moment) {
        (self.settings, self.format) = (settings, format)
        phase = .opening(by: now + settings.deadlines.opening)
        lastSentAt = now
    }

    var isOver: Bool { phase == .over }
    var takesAudio: Bool { phase == .listening }

    /// When it wants to be woken.
    var wakeAt: Moment? {
        switch phase {
        case .over: return nil
        case _ where fault != nil: return Moment(nanoseconds: 0)
        case .opening(let by), .finishing(let by): return by
        case .listening:
            return [answerDue, finalizeBy, lastSentAt + settings.keepAlive].compactMap { $0 }.min()
        }
    }

    private var answerDue: Moment? {
        unansweredSince.map { $0 + (hasAnswered ? settings.deadlines.middle : settings.deadlines.beginning) }
    }

    // MARK: - What happened

    mutating func opened(at now: Moment) -> [Step] {
        guard case .opening = phase else { return [] }
        phase = .listening
        lastSentAt = now
        return [.deliver(.opened)]
    }

    /// What waited for the socket is sent; then come the orders that waited behind it.
    mutating func caughtUp(at now: Moment) -> [Step] {
        var steps: [Step] = []
        if owesFinalize { steps += turnEnded(at: now) }
        if owesClose { steps += finished(at: now) }
        return steps
    }

    mutating func sentAudio(_ bytes: Int, at now: Moment) {
        lastSentAt = now
        bytesSent += bytes
        if unansweredSince == nil { unansweredSince = now }
    }

    /// By our own judgement.
    mutating func turnEnded(at now: Moment) -> [Step] {
        switch phase {
        case .opening:
            owesFinalize = true
            return []
        case .listening:
            owesFinalize = false
            finalizeBy = now + settings.finalizePatience
            lastSentAt = now
            return [.send(.finalize)]
        case .finishing, .over: return []
        }
    }

    mutating func finished(at now: Moment) -> [Step] {
        switch phase {
        case .opening:
            owesClose = true
            return []
        case .listening:
            phase = .finishing(by: now + settings.finishPatience)
            return [.send(.closeStream)]
        case .finishing, .over: return []
        }
    }

    mutating func cancelled() -> [Step] {
        guard phase != .over else { return [] }
        phase = .over
        return [.close]
    }

    /// More waits to be sent than may; it is told when it is woken, not from within the caller's own call.
    mutating func flooded() { fault = fault ?? StreamFault(.flooded) }

    mutating func failed(_ fault: StreamFault) -> [Step] {
        guard phase != .over else { return [] }
        phase = .over
        return [.close, .deliver(.failed(fault))]
    }

    /// The socket has ended; `fault` is what that means if nobody wanted it to.
    mutating func closed(_ fault: StreamFault) -> [Step] {
        if case .finishing = phase { return ended() }
        return failed(fault)
    }

    mutating func woke(at now: Moment) -> [Step] {
        if let fault { return failed(fault) }
        switch phase {
        case .over: return []
        case .opening(let by): return now < by ? [] : failed(StreamFault(.stalled(.opening)))
        // Whatever it still had to say, the turn does not wait for it.
        case .finishing(let by): return now < by ? [] : ended()
        case .listening:
            if let answerDue, now >= answerDue {
                return failed(StreamFault(.stalled(hasAnswered ? .middle : .beginning)))
            }
            var steps: [Step] = []
            if let by = finalizeBy, now >= by { steps.append(endTurn(.asked)) }
            if now >= lastSentAt + settings.keepAlive {
                lastSentAt = now
                steps.append(.send(.keepAlive))
            }
            return steps
        }
    }

    mutating func received(_ message: Span<UInt8>, at now: Moment) -> [Step] {
        guard phase != .over else { return [] }
        hasAnswered = true
        defer {
            let lag = format.duration(ofBytes: bytesSent).count - answeredUpTo.count
            unansweredSince = lag > Self.lagMax.count ? now : nil
        }
        do throws(StreamFault) {
            switch try DeepgramMessage(message) {
            case .results(let results): return took(results)
            case .speechStarted(let time): return [.deliver(.speechStarted(at: time))]
            case .utteranceEnd(let lastWordAt):
                // It may come late, and mean the turn before.
                guard let start = turnStartedAt, let lastWordAt, lastWordAt >= start else { return [] }
                return [endTurn(.noWords)]
            case .metadata:
                if case .finishing = phase { return ended() }
                return []
            case .error: return failed(StreamFault(.refused))
            case .unknown: return []
            }
        } catch {
            return failed(error)
        }
    }

    private mutating func took(_ results: DeepgramResults) -> [Step] {
        answeredUpTo = max(answeredUpTo, results.transcript.endedAt)
        guard results.isFinal else {
            return results.transcript.isEmpty ? [] : [.deliver(.interim(results.transcript))]
        }
        var steps = [Step.deliver(.settled(results.transcript))]
        if !results.transcript.isEmpty, turnStartedAt == nil { turnStartedAt = results.transcript.startedAt }
        if results.isFinalized, finalizeBy != nil {
            steps.append(endTurn(.asked))
        } else if results.endsSpeech, turnStartedAt != nil {
            steps.append(endTurn(.pause))
        }
        return steps
    }

    private mutating func endTurn(_ end: RecognizedEnd) -> Step {
        turnStartedAt = nil
        finalizeBy = nil
        return .deliver(.endOfTurn(end))
    }

    private mutating func ended() -> [Step] {
        var steps: [Step] = []
        if turnStartedAt != nil || finalizeBy != nil { steps.append(endTurn(.asked)) }
        phase = .over
        return steps + [.close, .deliver(.ended)]
    }
}
