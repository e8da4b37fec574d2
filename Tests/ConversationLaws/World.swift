import Domain

/// Carrier, caller, recognizer, model, voice and tools in one, as seen from a call: mostly well behaved, sometimes late, twice, silent or
/// wrong. It performs effects, and what comes of them happens later.
struct World {
    private(set) var dice: Dice
    private(set) var now = Instant(microseconds: 1_800_000_000_000_000)
    private var happenings: [Happening] = []
    private var order = 0
    private var timer: Instant?

    private var recognizer = RecognizerNumber(0)
    private var media: Milliseconds = 0
    private var speaksUntil: Milliseconds = 0
    private var unheard = ""
    /// When the carrier has played all it has, and the marks it is to return.
    private(set) var carrierEnd = Instant(microseconds: 0)
    private var seenReplies: [ReplyID] = []
    private var seenTools: [ToolCallID] = []
    private var seenMarks = 0
    private var seenUtterances: [UtteranceID] = []
    private var toolKeys = 0
    /// A carrier may be silent about what it has played.
    private let returnsMarks: Bool

    private struct Happening {
        let at: Instant
        let order: Int
        let input: Input
    }

    init(seed: UInt64, returnsMarks: Bool = true) {
        dice = Dice(seed: seed)
        self.returnsMarks = returnsMarks
    }

    // MARK: - What happens next

    /// The next input; frames of the caller never end.
    mutating func next() -> Input {
        if dice.oneIn(40) { return anything() }
        let frame = Milliseconds(100)
        let frameAt = now.after(frame)
        if let input = happening(by: frameAt) { return input }
        now = frameAt
        return callerFrame(frame)
    }

    /// What happens until then at the latest, but for the caller's sound.
    mutating func happening(by instant: Instant) -> Input? {
        if let timer, timer <= instant, timer <= happenings.map(\.at).min() ?? timer {
            now = max(now, timer)
            self.timer = nil
            return .due
        }
        if let place = happenings.indices.min(by: {
            (happenings[$0].at, happenings[$0].order) < (happenings[$1].at, happenings[$1].order)
        }),
            happenings[place].at <= instant
        {
            let happening = happenings.remove(at: place)
            now = max(now, happening.at)
            if case .marked(let mark) = happening.input { seenMarks = mark.value }
            return happening.input
        }
        return nil
    }

    /// Time passes in which nothing happens.
    mutating func wait(until instant: Instant) { now = max(now, instant) }

    /// Somebody has begun to speak, whose sound comes from elsewhere.
    mutating func spoke(at place: Milliseconds) {
        media = max(media, place)
        if unheard.isEmpty { unheard = dice.pick(Self.phrases) }
    }

    private mutating func callerFrame(_ length: Milliseconds) -> Input {
        let at = media
        media += length
        if at >= speaksUntil, dice.oneIn(14) {
            speaksUntil = at + dice.span(100...2_500)
            unheard = dice.oneIn(6) ? "" : dice.pick(Self.phrases)
            if !unheard.isEmpty, dice.oneIn(2) {
                later(dice.span(200...700), .partial(transcript(unheard, from: at)))
            }
        }
        let isSpeech = at < speaksUntil
        return .heard(CallerFrame(mediaAt: at, length: length, probability: Fraction(percent: isSpeech ? 90 : 5)))
    }

    private func transcript(_ text: String, from place: Milliseconds) -> Transcript {
        Transcript(recognizer: recognizer, text: Private(text), startedAt: place, endedAt: place + 300)
    }

    private mutating func later(_ span: Milliseconds, _ input: Input) {
        order += 1
        happenings.append(Happening(at: now.after(span), order: order, input: input))
    }

    /// Something out of order: late, twice, for somebody else, or from somebody in charge.
    private mutating func anything() -> Input {
        switch dice.below(26) {
        case 0: return .control(.interrupt)
        case 1: return .control(.cancel)
        case 2: return .control(.say(Private("Please note this."), isInterruptible: dice.oneIn(2)))
        case 3: return .control(.inject(Private("They are waiting."), replies: dice.oneIn(2)))
        case 4: return .control(dice.oneIn(2) ? .mute : .unmute)
        case 5: return .control(.expect(dice.oneIn(2) ? .digits(4) : .email))
        case 6: return .control(.transfer(target: Private("desk"), .blind))
        case 7: return .mediaLost(.connectionLost)
        case 8: return .mediaStarted(media: "m2", codec: .pcmu, sampleRate: 8_000)
        case 9: return .keyed(Private(dice.oneIn(3) ? "#" : "4"), mediaAt: media)
        case 10:
            return .machineDetected(dice.pick([.human, .human, .unknown, .machine, .machineGreetingEnded]), took: 900)
        case 11: return .token(seenReplies.isEmpty ? ReplyID(value: 1) : dice.pick(seenReplies), " Late words. ")
        case 12:
            return .toolReturned(
                seenTools.isEmpty ? ToolCallID(value: 1) : dice.pick(seenTools), Private(.string("twice")))
        case 13: return .marked(MarkNumber(max(0, seenMarks - dice.below(3))))
        case 14: return .endOfTurn(recognizer, Fraction(percent: dice.below(101)))
        case 15: return .failed(.recognizer(recognizer), .closedEarly, status: nil)
        case 16:
            return .failed(.model(seenReplies.last ?? ReplyID(value: 1)), .overloaded, status: 503)
        case 17:
            return .failed(
                .voice(seenUtterances.last ?? UtteranceID(value: 1), sentence: 0), .refused, status: nil)
        case 18: return .recovered(dice.pick([.model, .voice]), provider: "first", downFor: 100)
        case 19: return .final(transcript(dice.pick(Self.phrases), from: max(0, media - 300)))
        case 20:
            guard let score = Score(-0.5) else { return .due }
            return .sentimentScored(TurnID(value: 3), score, .frustrated, model: "m", took: 80)
        case 21: return .due
        case 22: return .replied(seenReplies.last ?? ReplyID(value: 1), ReplyOutcome(finish: .stop))
        case 23: return .voiceEnded(seenUtterances.last ?? UtteranceID(value: 1), sentence: 0)
        case 24: return dice.oneIn(6) ? .control(.emergencyStop) : .answered(.human)
        default:
            return dice.oneIn(6) ? .hungUp(HangUp(cause: .normal, source: .caller)) : .control(.sendKeys(Private("12")))
        }
    }

    // MARK: - What is ordered

    mutating func perform(_ effect: Effect) {
        switch effect {
        case .wake(let at): timer = at
        case .startRecognizer(let number, _, _): recognizer = number
        case .finalizeTranscript:
            if !unheard.isEmpty, !dice.oneIn(8) {
                later(dice.span(80...400), .final(transcript(unheard, from: max(0, media - 400))))
                unheard = ""
            }
        case .think(let request): think(request)
        case .speak(let request): speak(request)
        case .send(_, _, let length, let mark):
            carrierEnd = max(carrierEnd, now).after(length)
            if returnsMarks, !dice.oneIn(200) { later(carrierEnd.since(now) + dice.span(10...120), .marked(mark)) }
        case .hold(_, let length): carrierEnd = max(carrierEnd, now).after(length)
        // Its marks come all the same, as if it had been played.
        case .clear: carrierEnd = now
        case .record(.mediaLost): carrierEnd = now
        case .runTool(let order): run(order)
        case .loadContext:
            if !dice.oneIn(4) {
                later(dice.span(40...500), .contextLoaded(ContextLoaded(memories: [], patterns: []), Private("known")))
            }
        case .recall:
            let loaded = ContextLoaded(memories: [], patterns: [], source: .firstWords)
            later(120, .contextLoaded(loaded, Private("known, and brought to mind")))
        case .transfer(let id, _, _): hand(over: id)
        default: break
        }
    }

    private mutating func think(_ request: ThinkRequest) {
        seenReplies.append(request.reply)
        var at = dice.span(60...900)
        switch dice.below(14) {
        case 0: return
        case 1: return later(at, .failed(.model(request.reply), .overloaded, status: 529))
        case 2: return later(at, .replied(request.reply, ReplyOutcome(finish: .stop)))
        default: break
        }
        let usesTool = dice.oneIn(4)
        if !usesTool || dice.oneIn(2) {
            for _ in 0...dice.below(5) {
                later(at, .token(request.reply, dice.pick(Self.tokens)))
                at += dice.span(5...60)
            }
        }
        if usesTool {
            for _ in 0...dice.below(2) {
                toolKeys += 1
                let name = dice.pick([
                    "look", "look", "later", "remember", "transfer_call", "send_dtmf", "nothing", "end_call",
                ])
                later(
                    at,
                    .toolAsked(
                        request.reply,
                        ToolRequest(
                            key: "k\(dice.oneIn(9) ? 1 : toolKeys)", name: name,
                            arguments: Private(
                                .object([
                                    "target": .string("desk"), "digits": .string("1"), "text": .string("likes tea"),
                                ])))))
            }
        }
        if !dice.oneIn(15) {
            later(at + 1, .replied(request.reply, ReplyOutcome(finish: usesTool ? .toolCalls : .stop, tokensOut: 9)))
        }
    }

    private mutating func speak(_ request: SpeakRequest) {
        seenUtterances.append(request.utterance)
        var at = dice.span(20...400)
        if dice.oneIn(40) { return }
        if dice.oneIn(40) {
            return later(at, .failed(.voice(request.utterance, sentence: request.sentence), .unreachable, status: nil))
        }
        if dice.oneIn(2) {
            var end: Milliseconds = 0
            let words = request.text.revealed.split(separator: " ").map { word in
                end += 120
                return WordTime(text: Private(String(word)), endsAt: end)
            }
            later(at, .timed(request.utterance, sentence: request.sentence, words))
        }
        for _ in 0...dice.below(3) {
            later(at, .voiced(request.utterance, sentence: request.sentence, dice.span(30...900)))
            at += dice.span(0...150)
        }
        if !dice.oneIn(50) { later(at, .voiceEnded(request.utterance, sentence: request.sentence)) }
    }

    private mutating func run(_ order: ToolOrder) {
        seenTools.append(order.toolCall)
        let at = dice.span(50...4_000)
        switch dice.below(8) {
        case 0: break
        case 1: later(at, .toolFailed(order.toolCall, .unreachable, status: nil))
        default: later(at, .toolReturned(order.toolCall, Private(.object(["ok": .bool(true)]))))
        }
    }

    private mutating func hand(over id: TransferID) {
        switch dice.below(4) {
        case 0: break
        case 1: later(dice.span(300...3_000), .transferEnded(id, .busy))
        default:
            later(800, .transferBridged(id))
            later(dice.span(1_000...9_000), .transferEnded(id, .completed))
        }
    }

    private static let phrases = [
        "hello", "mhm", "yeah", "what is my balance", "wait", "my number is", "four two",
        "I would like to book a table.",
        "no", "Is it open?", "tomorrow", "uh",
    ]
    private static let tokens = [
        "Sure. ", "Your table ", "is booked", ", and ", "it is for two. ", "Anything else? ", "Yes",
    ]
}
