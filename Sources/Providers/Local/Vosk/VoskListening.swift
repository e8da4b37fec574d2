import Domain
import Loop

/// The protocol of one live recognition by Vosk, pure: what happened goes in with its moment, what to do comes out.
///
/// Vosk takes sound as it comes and says what it has understood so far. Pieces, their answers and the ends of turns keep their order,
/// since one thread takes all of a stream's.
struct VoskListening {
    enum Step: Equatable {
        case deliver(RecognizerEvent)
        case hear([Int16])
        /// The turn is over, wherever the utterance is.
        case conclude
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

    /// Sound is given in such pieces: each is answered, and an answer for every frame would cost more than the hearing.
    static let piece = Milliseconds(100)

    let rate: Int
    private let patience: Duration
    private var phase = Phase.opening
    private var fault: StreamFault?
    private(set) var isCancelled = false
    private var held: [Int16] = []
    /// Samples that were given, and those that were answered.
    private var given = 0
    /// When each end that is still unanswered was asked for.
    private var asked: [Moment] = []
    /// The end of what has settled.
    private var settledUpTo = Milliseconds(0)
    private var lastInterim = Private("")

    init(rate: Int, patience: Duration) { (self.rate, self.patience) = (rate, patience) }

    var isOver: Bool { phase == .over }

    var wakeAt: Moment? {
        if fault != nil { return Moment(nanoseconds: 0) }
        return phase == .over ? nil : asked.first.map { $0 + patience }
    }

    // MARK: - What happened

    mutating func opened() -> [Step] {
        guard phase == .opening else { return phase == .finishing ? [.deliver(.opened)] : [] }
        phase = .listening
        return [.deliver(.opened)]
    }

    mutating func failed(_ fault: StreamFault) -> [Step] {
        guard phase != .over else { return [] }
        phase = .over
        return [.deliver(.failed(fault))]
    }

    mutating func willFail(_ fault: StreamFault) { self.fault = self.fault ?? fault }

    mutating func cancel() { (phase, isCancelled) = (.over, true) }

    mutating func heard(_ samples: [Int16]) -> [Step] {
        guard phase == .opening || phase == .listening else { return [] }
        held += samples
        return held.count * 1_000 >= Int(Self.piece.count) * rate ? give() : []
    }

    mutating func turnEnded(at now: Moment) -> [Step] {
        guard phase == .opening || phase == .listening else { return [] }
        asked.append(now)
        return give() + [.conclude]
    }

    mutating func finished(at now: Moment) -> [Step] {
        guard phase == .opening || phase == .listening else { return [] }
        phase = .finishing
        asked.append(now)
        return give() + [.conclude]
    }

    /// Of a piece.
    mutating func answered(_ answer: VoskAnswer) -> [Step] {
        guard phase != .over else { return [] }
        switch answer {
        case .goesOn(let text):
            guard text != lastInterim else { return [] }
            lastInterim = text
            if text.revealed.isEmpty { return [] }
            return [
                .deliver(
                    .interim(
                        RecognizedText(
                            text: text, words: [], confidence: nil, startedAt: settledUpTo, endedAt: givenUpTo)))
            ]
        case .ended(let text):
            // A pause without words ends no turn.
            return text.text.revealed.isEmpty ? [] : settle(text) + [.deliver(.endOfTurn(.pause))]
        }
    }

    /// Of an end that was asked for.
    mutating func concluded(_ text: VoskText) -> [Step] {
        guard phase != .over, !asked.isEmpty else { return [] }
        asked.removeFirst()
        let isLast = phase == .finishing && asked.isEmpty
        if isLast { phase = .over }
        let said = settle(text)
        // Who finishes asks for no turn's end; what was still to be said is one.
        if isLast {
            return (text.text.revealed.isEmpty ? [] : said + [.deliver(.endOfTurn(.asked))]) + [.deliver(.ended)]
        }
        return said + [.deliver(.endOfTurn(.asked))]
    }

    mutating func woke(at now: Moment) -> [Step] {
        if let fault { return failed(fault) }
        guard let first = asked.first, now >= first + patience else { return [] }
        return failed(StreamFault(.stalled(.middle)))
    }

    // MARK: - How

    private var givenUpTo: Milliseconds { Milliseconds(Int64(given) * 1_000 / Int64(rate)) }

    private mutating func give() -> [Step] {
        guard !held.isEmpty else { return [] }
        given += held.count
        defer { held = [] }
        return [.hear(held)]
    }

    private mutating func settle(_ text: VoskText) -> [Step] {
        lastInterim = Private("")
        let start = text.words.first?.startedAt ?? settledUpTo
        let end = max(start, text.words.last?.endedAt ?? givenUpTo)
        settledUpTo = end
        return [
            .deliver(
                .settled(
                    RecognizedText(
                        text: text.text, words: text.words, confidence: text.confidence, startedAt: start,
                        endedAt: end)))
        ]
    }
}
