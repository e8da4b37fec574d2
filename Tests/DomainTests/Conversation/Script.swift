import Domain

/// Plays a call second by second: frames of the caller every 20 ms, deadlines when they are due, and what the test lets happen in
/// between. What came out is kept as lines, `time effect`, with short names for ids: T1 is the first turn, U2 the second utterance.
struct Script {
    static let start = Instant(microseconds: 1_800_000_000_000_000)

    private(set) var call: Conversation
    /// Milliseconds since the call began.
    private(set) var clock: Int64 = 0
    private(set) var lines: [String] = []
    private(set) var effects: [(at: Int64, effect: Effect)] = []
    /// When the caller makes speech-like sound.
    var speech: [Range<Int64>] = []
    /// Does the carrier return marks when it has played?
    var returnsMarks = true
    /// Do frames of the caller come?
    var hasFrames = true

    private var names = Names()
    private var timer: Int64?
    private var marks: [(at: Int64, number: MarkNumber)] = []
    private var carrierEnd: Int64 = 0
    private var nextFrame: Int64 = 0

    /// `past` is that of a call which somebody else has carried before.
    init(taking past: CallSoFar? = nil, _ change: (inout ConversationSettings) -> Void = { _ in }) {
        var settings = ConversationSettings(
            call: CallID(value: 1), direction: .inbound, recognizers: ["ears", "spare"],
            models: [ModelName(provider: "first", model: "m"), ModelName(provider: "second", model: "m")],
            voices: [VoiceName(provider: "v1", voice: "ada"), VoiceName(provider: "v2", voice: "ben")])
        settings.loadsContext = false
        settings.scoresSentiment = false
        settings.tools = [
            ToolDefinition(name: "look", timeout: 3_000), ToolDefinition(name: "later", mode: .background),
        ]
        change(&settings)
        call = Conversation(settings, seed: 7, at: Self.start)
        if let past { put(.tookOver(past)) }
        put(.mediaStarted(media: "m1", codec: .pcmu, sampleRate: 8_000))
    }

    mutating func put(_ input: Input) {
        var out: [Effect] = []
        call.handle(input, at: Self.start.after(Milliseconds(clock)), into: &out)
        for effect in out {
            effects.append((clock, effect))
            switch effect {
            case .wake(let at): timer = at.map { $0.since(Self.start).count }
            case .send(_, _, let length, let mark):
                carrierEnd = max(carrierEnd, clock) + length.count
                if returnsMarks { marks.append((carrierEnd, mark)) }
            case .clear: (carrierEnd, marks) = (clock, [])
            default: break
            }
            if let line = names.line(effect) { lines.append("\(clock) \(line)") }
        }
    }

    /// Lets time pass.
    mutating func run(to end: Int64) {
        while true {
            let frame = hasFrames ? nextFrame + 20 : .max
            let next = min(frame, timer ?? .max, marks.first?.at ?? .max)
            guard next <= end else { break }
            clock = max(clock, next)
            if let mark = marks.first, mark.at == next {
                marks.removeFirst()
                put(.marked(mark.number))
            } else if timer == next {
                timer = nil
                put(.due)
            } else {
                let isSpeech = speech.contains { $0.contains(nextFrame) }
                nextFrame += 20
                put(
                    .heard(
                        CallerFrame(
                            mediaAt: Milliseconds(nextFrame - 20), probability: Fraction(percent: isSpeech ? 90 : 5))))
            }
        }
        clock = max(clock, end)
        if !hasFrames { nextFrame = clock / 20 * 20 }
    }

    mutating func at(_ time: Int64, _ input: Input) {
        run(to: time)
        put(input)
    }

    // MARK: - What others say

    mutating func partial(_ time: Int64, _ text: String) { at(time, .partial(transcript(text))) }
    mutating func final(_ time: Int64, _ text: String) { at(time, .final(transcript(text))) }

    private func transcript(_ text: String) -> Transcript {
        Transcript(recognizer: recognizer, text: Private(text), confidence: Fraction(percent: 90))
    }

    /// The model says all of it, and stops.
    mutating func reply(_ time: Int64, _ text: String, _ finish: FinishReason = .stop) {
        run(to: time)
        let reply = lastReply
        put(.token(reply, text))
        put(.replied(reply, ReplyOutcome(finish: finish, tokensIn: 20, tokensOut: 5)))
    }

    /// The voice delivers every sentence that was asked for, each this long.
    mutating func voice(_ time: Int64, each length: Milliseconds) {
        run(to: time)
        for request in speakRequests where voiced.insert(Sound(request.utterance, request.sentence)).inserted {
            put(.voiced(request.utterance, sentence: request.sentence, length))
            put(.voiceEnded(request.utterance, sentence: request.sentence))
        }
    }

    private var voiced: Set<Sound> = []

    private struct Sound: Hashable {
        let utterance: UtteranceID
        let sentence: Int

        init(_ utterance: UtteranceID, _ sentence: Int) { (self.utterance, self.sentence) = (utterance, sentence) }
    }

    // MARK: - What came out

    var recognizer: RecognizerNumber {
        effects.reversed().lazy.compactMap {
            if case .startRecognizer(let number, _, _) = $0.effect { number } else { nil }
        }
        .first ?? RecognizerNumber(0)
    }

    var thinkRequests: [ThinkRequest] {
        effects.compactMap { if case .think(let request) = $0.effect { request } else { nil } }
    }

    var lastReply: ReplyID { thinkRequests.last?.reply ?? ReplyID(value: 0) }

    var speakRequests: [SpeakRequest] {
        effects.compactMap { if case .speak(let request) = $0.effect { request } else { nil } }
    }

    var toolOrders: [ToolOrder] {
        effects.compactMap { if case .runTool(let order) = $0.effect { order } else { nil } }
    }

    var transfers: [TransferID] {
        effects.compactMap { if case .transfer(let id, _, _) = $0.effect { id } else { nil } }
    }

    /// As they would stand in the log.
    var stream: [CallFact] {
        effects.enumerated().compactMap { place, made in
            guard case .record(let event) = made.effect else { return nil }
            return CallFact(
                version: Int32(place + 1), id: EventID(value: UInt128(place)),
                at: Self.start.after(Milliseconds(made.at)), event)
        }
    }

    var facts: [CallEvent] { effects.compactMap { if case .record(let event) = $0.effect { event } else { nil } } }

    var spoken: [AgentSpoke] { facts.compactMap { if case .agentSpoke(let event) = $0 { event } else { nil } } }

    var ended: CallEnded? { facts.compactMap { if case .callEnded(let event) = $0 { event } else { nil } }.first }

    /// The lines since a time, without those of no interest.
    func story(from time: Int64 = 0, without: Set<String> = ["send", "release", "speaking?"]) -> [String] {
        lines.filter { line in
            let words = line.split(separator: " ")
            return Int64(words[0]) ?? 0 >= time && !without.contains(String(words[1]))
        }
    }
}
