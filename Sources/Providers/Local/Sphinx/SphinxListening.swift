import Domain
import Loop

/// The protocol of one live recognition, pure: what happened goes in with its moment, what to do comes out.
///
/// A decoder understands whole utterances only. So a turn's end is decoded as soon as somebody thinks that it may have come; what
/// was understood stays open for a moment, and is thrown away if the caller goes on, because then the utterance was not whole.
/// While they speak, now and then what there is so far is decoded: words that may still change.
struct SphinxListening {
    enum Step: Equatable {
        case deliver(RecognizerEvent)
        case understand(SphinxTake)
    }

    private enum Phase: Equatable {
        /// → listening, over
        case opening
        /// → finishing, over
        case listening
        /// → over
        case finishing
        case over
    }

    /// What was understood and may still be thrown away.
    private struct Tentative {
        let text: RecognizedText
        let end: RecognizedEnd
        /// The sample behind it.
        let upTo: Int
        let settlesAt: Moment
    }

    /// Kept of what was before the first sound.
    static let before = Milliseconds(400)
    /// An utterance that lasts longer is cut.
    static let utteranceMax = Milliseconds(30_000)
    /// The first glimpse, and those after it.
    static let firstGlimpse = Milliseconds(1_000)
    static let nextGlimpse = Milliseconds(1_500)
    /// From the supposed end of a turn until it is settled.
    static let openFor = Duration.milliseconds(200)
    /// So much sound after a supposed end means that it was none.
    static let resumption = Milliseconds(200)
    /// So much silence ends a turn, if nobody else says so.
    static let pause = Milliseconds(800)

    let rate: Int
    private let patience: Duration
    private var phase = Phase.opening
    private var fault: StreamFault?
    private(set) var isCancelled = false

    private var held: [Int16] = []
    /// The place of the first held sample.
    private var heldFrom = 0
    private var loudness: Loudness
    /// Of the utterance; nil while it is quiet.
    private var voicedFrom: Int?
    private var voicedUpTo = 0
    /// Sound since the last take of a turn's end.
    private var voicedSinceTake = 0
    private var glimpseAt = 0

    private var number = 0
    private var pending: (take: SphinxTake, end: RecognizedEnd, askedAt: Moment)?
    private var tentative: Tentative?
    /// What is not said before it is open.
    private var early: [Step] = []

    init(rate: Int, patience: Duration) {
        (self.rate, self.patience) = (rate, patience)
        loudness = Loudness(rate: rate)
    }

    var isOver: Bool { phase == .over }
    /// Samples that are kept.
    var heldCount: Int { held.count }

    var wakeAt: Moment? {
        if fault != nil { return Moment(nanoseconds: 0) }
        guard phase != .over else { return nil }
        return [tentative?.settlesAt, pending.map { $0.askedAt + patience }].compactMap { $0 }.min()
    }

    // MARK: - What happened

    mutating func opened() -> [Step] {
        guard phase == .opening else { return [] }
        phase = .listening
        defer { early = [] }
        return [.deliver(.opened)] + early
    }

    mutating func failed(_ fault: StreamFault) -> [Step] {
        guard phase != .over else { return [] }
        phase = .over
        return [.deliver(.failed(fault))]
    }

    mutating func willFail(_ fault: StreamFault) { self.fault = self.fault ?? fault }

    mutating func cancel() { (phase, isCancelled) = (.over, true) }

    mutating func heard(_ samples: [Int16], at now: Moment) -> [Step] {
        guard phase == .opening || phase == .listening else { return [] }
        return inOrder(took(samples, at: now))
    }

    private mutating func took(_ samples: [Int16], at now: Moment) -> [Step] {
        held += samples
        var steps: [Step] = []
        for block in loudness.judge(samples) where block.isVoiced {
            voicedUpTo = block.end
            voicedSinceTake += loudness.block
            guard voicedFrom == nil else { continue }
            voicedFrom = block.end - loudness.block
            voicedSinceTake = 0
            glimpseAt = block.end + count(Self.firstGlimpse)
            steps.append(.deliver(.speechStarted(at: time(block.end - loudness.block))))
        }
        if isResumed { tentative = nil }
        guard voicedFrom != nil else {
            forget(upTo: heardUpTo - count(Self.before))
            return steps
        }
        if pending?.take.purpose == .end || tentative != nil { return steps }
        if held.count >= count(Self.utteranceMax) || heardUpTo - voicedUpTo >= count(Self.pause) {
            steps += take(.end, .pause, at: now)
        } else if heardUpTo >= glimpseAt, pending == nil {
            steps += take(.glimpse, .pause, at: now)
            glimpseAt = heardUpTo + count(Self.nextGlimpse)
        }
        return steps
    }

    /// By our own judgement.
    mutating func turnEnded(at now: Moment) -> [Step] {
        guard phase == .opening || phase == .listening else { return [] }
        // What was decoded for the same end stands.
        if pending?.take.purpose == .end || tentative != nil { return [] }
        guard voicedFrom != nil else { return inOrder(nothing(.asked)) }
        return take(.end, .asked, at: now)
    }

    mutating func finished(at now: Moment) -> [Step] {
        guard phase == .opening || phase == .listening else { return [] }
        phase = .finishing
        if tentative != nil { return settle() }
        if pending?.take.purpose == .end { return [] }
        return voicedFrom == nil ? end() : take(.end, .asked, at: now)
    }

    mutating func understood(_ number: Int, _ result: Result<RecognizedText, StreamFault>, at now: Moment) -> [Step] {
        guard let pending, pending.take.number == number, phase != .over else { return [] }
        self.pending = nil
        switch result {
        case .failure(let fault): return failed(fault)
        case .success(let text):
            if pending.take.purpose == .glimpse || (isResumed && phase != .finishing && !isFull) {
                return text.isEmpty ? [] : inOrder([.deliver(.interim(text))])
            }
            tentative = Tentative(
                text: text, end: pending.end, upTo: pending.take.firstSample + pending.take.samples.count,
                settlesAt: pending.askedAt + (pending.end == .asked ? Self.openFor : .zero))
            if phase == .finishing || isFull || tentative.map({ $0.settlesAt <= now }) == true { return settle() }
            return text.isEmpty ? [] : inOrder([.deliver(.interim(text))])
        }
    }

    /// Nobody had time for it.
    mutating func dropped(_ number: Int) { if pending?.take.number == number { pending = nil } }

    mutating func woke(at now: Moment) -> [Step] {
        if let fault { return failed(fault) }
        guard phase != .over else { return [] }
        if let pending, now >= pending.askedAt + patience {
            guard pending.take.purpose == .end else {
                self.pending = nil
                return []
            }
            return failed(StreamFault(.stalled(.middle)))
        }
        if let tentative, now >= tentative.settlesAt { return settle() }
        return []
    }

    // MARK: - How

    private var heardUpTo: Int { heldFrom + held.count }
    private var isFull: Bool { held.count >= count(Self.utteranceMax) }
    private var isResumed: Bool { voicedSinceTake >= count(Self.resumption) }

    private func count(_ time: Milliseconds) -> Int { Int(time.count) * rate / 1_000 }
    private func time(_ sample: Int) -> Milliseconds { Milliseconds(Int64(sample) * 1_000 / Int64(rate)) }

    /// What is delivered waits until it is open; what is to be done does not.
    private mutating func inOrder(_ steps: [Step]) -> [Step] {
        guard phase == .opening else { return steps }
        return steps.filter { step in
            guard case .deliver = step else { return true }
            early.append(step)
            return false
        }
    }

    private mutating func take(_ purpose: SphinxTake.Purpose, _ end: RecognizedEnd, at now: Moment) -> [Step] {
        number += 1
        if purpose == .end { voicedSinceTake = 0 }
        let take = SphinxTake(number: number, purpose: purpose, samples: held, rate: rate, firstSample: heldFrom)
        pending = (take, end, now)
        return [.understand(take)]
    }

    private mutating func settle() -> [Step] {
        guard let settled = tentative else { return [] }
        tentative = nil
        forget(upTo: settled.upTo)
        // Sound that came since is the beginning of the next utterance.
        voicedFrom = voicedSinceTake > 0 ? settled.upTo : nil
        glimpseAt = settled.upTo + count(Self.firstGlimpse)
        let steps: [Step] = [.deliver(.settled(settled.text)), .deliver(.endOfTurn(settled.end))]
        return phase == .finishing ? steps + end() : inOrder(steps)
    }

    /// Nobody has said anything, and somebody wants to know what.
    private mutating func nothing(_ end: RecognizedEnd) -> [Step] {
        let silence = RecognizedText(
            text: Private(""), words: [], confidence: nil, startedAt: time(heardUpTo), endedAt: time(heardUpTo))
        return [.deliver(.settled(silence)), .deliver(.endOfTurn(end))]
    }

    private mutating func end() -> [Step] {
        phase = .over
        return [.deliver(.ended)]
    }

    private mutating func forget(upTo place: Int) {
        let unwanted = min(place - heldFrom, held.count)
        // Not at every frame: what follows has to move.
        guard unwanted > 0, unwanted >= held.count / 2 || voicedFrom != nil else { return }
        held.removeFirst(unwanted)
        heldFrom += unwanted
    }
}
