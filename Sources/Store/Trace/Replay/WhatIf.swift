package import Domain

/// A traced call as it would have gone with other settings, as far as anybody can know.
///
/// Caller and carrier do at their times what they did; models, voices and tools answer what they answered, as long after they are
/// asked. As soon as a model is asked about other words than it was, nobody knows what it would have said, and the trial ends there.
package struct WhatIf: Sendable {
    package struct Decision: Hashable, Sendable {
        package let at: Milliseconds
        package let fact: CallEvent
    }

    package private(set) var decisions: [Decision] = []
    /// When it stopped being known how it goes on; nil if it was known to the end.
    package private(set) var isUnknownFrom: Milliseconds?

    private var call: Conversation
    private let answers: TracedAnswers
    private let startedAt: Instant
    /// What the call would have been after its trace ends, nobody knows either.
    private let endsAt: Instant
    private var now: Instant
    /// The next one last, so that taking it moves nobody.
    private var waiting: [(at: Instant, input: Input)]
    private var timer: Instant?
    /// Replies that were used up.
    private var used: Set<Int> = []
    private var open: [ReplyID: Int] = [:]
    /// Asked early about words that no model was asked about.
    private var unanswered: Set<ReplyID> = []
    private var said: [String: Int] = [:]
    private var tools = 0
    private var contexts = 0
    private var sentiments = 0
    private var transfers = 0
    private var recognizer = RecognizerNumber(0)
    private var carrierEnd: Instant

    /// From the carrier's having played a piece to our knowing it.
    private static let markDelay: Milliseconds = 40
    /// Of a sentence that was never said: until its first sound, and for each letter.
    private static let voiceDelay: Milliseconds = 200
    private static let letter: Int64 = 65
    /// Steps of one trial at most: a call that never ends is no answer.
    private static let stepsMax = 2_000_000

    package init(_ trace: TraceReading, _ settings: ConversationSettings) {
        answers = TracedAnswers(trace)
        call = trace.opening.conversation(settings)
        startedAt = trace.opening.startedAt
        endsAt = trace.steps.last?.at ?? startedAt
        (now, carrierEnd) = (startedAt, startedAt)
        waiting = answers.others.reversed()
        run()
    }

    private mutating func run() {
        var effects: [Effect] = []
        for _ in 0..<Self.stepsMax where isUnknownFrom == nil && !call.isOver {
            let input: Input
            let next = waiting.last?.at
            guard let soonest = [timer, next].compactMap({ $0 }).min(), soonest <= endsAt else { return }
            now = max(now, soonest)
            if timer == soonest {
                (input, timer) = (.due, nil)
            } else {
                input = renamed(waiting.removeLast().input)
            }
            if case .replied(let reply, _) = input { open[reply] = nil }
            effects.removeAll(keepingCapacity: true)
            call.handle(input, at: now, into: &effects)
            for effect in effects where isUnknownFrom == nil { perform(effect) }
        }
    }

    /// Words find the recognizer that listens now.
    private func renamed(_ input: Input) -> Input {
        switch input {
        case .partial(var transcript):
            transcript.recognizer = recognizer
            return .partial(transcript)
        case .final(var transcript):
            transcript.recognizer = recognizer
            return .final(transcript)
        case .endOfTurn(_, let likely): return .endOfTurn(recognizer, likely)
        case .failed(.recognizer, let fault, let status): return .failed(.recognizer(recognizer), fault, status: status)
        default: return input
        }
    }

    private mutating func later(_ after: Milliseconds, _ input: Input) {
        let at = now.after(max(0, after))
        // Taken after what comes at the same time.
        var (low, high) = (0, waiting.count)
        while low < high {
            let middle = (low + high) / 2
            if waiting[middle].at > at { low = middle + 1 } else { high = middle }
        }
        waiting.insert((at, input), at: low)
    }

    private mutating func perform(_ effect: Effect) {
        switch effect {
        case .record(let fact):
            decisions.append(Decision(at: now.since(startedAt), fact: fact))
            if case .replyRequested(let asked) = fact, unanswered.contains(asked.reply) { becomesUnknown() }
        case .wake(let at): timer = at
        case .startRecognizer(let number, _, _): recognizer = number
        case .think(let request): think(request)
        case .cancelReply(let reply):
            // The same may be asked again.
            if let place = open.removeValue(forKey: reply) { used.remove(place) }
        case .speak(let request): speak(request)
        case .send(_, _, let length, let mark):
            carrierEnd = max(carrierEnd, now).after(length)
            later(carrierEnd.since(now) + Self.markDelay, .marked(mark))
        case .clear: carrierEnd = now
        case .runTool(let order):
            answer(tools < answers.tools.count ? answers.tools[tools] : nil) { $0.about(order.toolCall) }
            tools += 1
        case .loadContext, .recall:
            answer(contexts < answers.contexts.count ? answers.contexts[contexts] : nil) { $0 }
            contexts += 1
        case .scoreSentiment(let turn, _):
            answer(sentiments < answers.sentiments.count ? answers.sentiments[sentiments] : nil) { $0.about(turn) }
            sentiments += 1
        case .transfer(let id, _, _):
            answer(transfers < answers.transfers.count ? answers.transfers[transfers] : nil) { $0.about(id) }
            transfers += 1
        default: break
        }
    }

    /// Nobody who was never asked answers.
    private mutating func answer(_ question: TracedAnswers.Question?, _ rename: (Input) -> Input) {
        for (after, input) in question?.answer ?? [] { later(after, rename(input)) }
    }

    private mutating func think(_ request: ThinkRequest) {
        let words = request.lastWords
        let place = answers.replies.indices.first { place in
            let reply = answers.replies[place]
            return !used.contains(place) && reply.words == words && reply.isUnasked == (request.turn == nil)
        }
        guard let place else {
            // Asked early, it may yet be dropped.
            if request.isSpeculative { unanswered.insert(request.reply) } else { becomesUnknown() }
            return
        }
        used.insert(place)
        open[request.reply] = place
        answer(answers.replies[place].question) { $0.about(request.reply) }
    }

    private mutating func becomesUnknown() { isUnknownFrom = isUnknownFrom ?? now.since(startedAt) }

    private mutating func speak(_ request: SpeakRequest) {
        let text = request.text.revealed
        let place = said[text, default: 0]
        said[text] = place + 1
        let (utterance, sentence) = (request.utterance, request.sentence)
        if let known = answers.speech[text], !known.isEmpty {
            return answer(known[min(place, known.count - 1)]) { $0.about(utterance, sentence: sentence) }
        }
        let length = Milliseconds(Int64(text.count) * Self.letter)
        later(Self.voiceDelay, .voiced(utterance, sentence: sentence, length))
        later(Self.voiceDelay + 1, .voiceEnded(utterance, sentence: sentence))
    }
}

extension Input {
    fileprivate func about(_ reply: ReplyID) -> Input {
        switch self {
        case .token(_, let text): .token(reply, text)
        case .toolAsked(_, let request): .toolAsked(reply, request)
        case .replied(_, let outcome): .replied(reply, outcome)
        case .failed(.model, let fault, let status): .failed(.model(reply), fault, status: status)
        default: self
        }
    }

    fileprivate func about(_ utterance: UtteranceID, sentence: Int) -> Input {
        switch self {
        case .voiced(_, _, let length): .voiced(utterance, sentence: sentence, length)
        case .timed(_, _, let words): .timed(utterance, sentence: sentence, words)
        case .voiceEnded: .voiceEnded(utterance, sentence: sentence)
        case .failed(.voice, let fault, let status):
            .failed(.voice(utterance, sentence: sentence), fault, status: status)
        default: self
        }
    }

    fileprivate func about(_ tool: ToolCallID) -> Input {
        switch self {
        case .toolReturned(_, let result): .toolReturned(tool, result)
        case .toolFailed(_, let fault, let status): .toolFailed(tool, fault, status: status)
        default: self
        }
    }

    fileprivate func about(_ turn: TurnID) -> Input {
        guard case .sentimentScored(_, let score, let label, let model, let took) = self else { return self }
        return .sentimentScored(turn, score, label, model: model, took: took)
    }

    fileprivate func about(_ transfer: TransferID) -> Input {
        switch self {
        case .transferBridged: .transferBridged(transfer)
        case .transferEnded(_, let end): .transferEnded(transfer, end)
        default: self
        }
    }
}
