import Domain

/// What others answered in a traced call, each by when it was asked: so that somebody who asks at another time gets the same answer,
/// after as long.
struct TracedAnswers {
    /// After how long, and what.
    typealias Answer = [(after: Milliseconds, input: Input)]

    struct Question {
        let askedAt: Instant
        var answer: Answer = []
    }

    /// Of a model.
    struct Reply {
        var question: Question
        /// The caller's last, to which it answered.
        let words: String?
        /// Nobody's turn: we speak unasked.
        let isUnasked: Bool
        var isFinished = false
    }

    /// What came by itself: sound, words, keys, orders, the carrier.
    private(set) var others: [(at: Instant, input: Input)] = []
    private(set) var replies: [Reply] = []
    private(set) var speech: [String: [Question]] = [:]
    private(set) var tools: [Question] = []
    private(set) var contexts: [Question] = []
    private(set) var sentiments: [Question] = []
    private(set) var transfers: [Question] = []

    private var replyPlaces: [ReplyID: Int] = [:]
    private var speechPlaces: [UtteranceID: [Int: (text: String, place: Int)]] = [:]
    private var toolPlaces: [ToolCallID: Int] = [:]
    private var sentimentPlaces: [TurnID: Int] = [:]
    private var transferPlaces: [TransferID: Int] = [:]

    init(_ trace: TraceReading) {
        var replay = TraceReplay(trace)
        while let step = replay.next() {
            took(step.traced.input, step.traced.at)
            for effect in step.effects { ordered(effect, step.traced.at) }
        }
        // What was asked early, and dropped because the caller went on, is no answer.
        replies = replies.filter(\.isFinished)
    }

    private mutating func took(_ input: Input, _ now: Instant) {
        func add(to question: inout Question) { question.answer.append((now.since(question.askedAt), input)) }
        switch input {
        case .due, .marked: break
        case .token(let reply, _), .toolAsked(let reply, _), .replied(let reply, _), .failed(.model(let reply), _, _):
            guard let place = replyPlaces[reply] else { return }
            add(to: &replies[place].question)
            switch input {
            case .replied, .failed: replies[place].isFinished = true
            default: break
            }
        case .voiced(let utterance, let sentence, _), .timed(let utterance, let sentence, _),
            .voiceEnded(let utterance, let sentence), .failed(.voice(let utterance, let sentence), _, _):
            guard let (text, place) = speechPlaces[utterance]?[sentence] else { return }
            if speech[text] != nil { add(to: &speech[text, default: []][place]) }
        case .toolReturned(let tool, _), .toolFailed(let tool, _, _):
            if let place = toolPlaces[tool] { add(to: &tools[place]) }
        case .contextLoaded: if !contexts.isEmpty { add(to: &contexts[contexts.count - 1]) }
        case .sentimentScored(let turn, _, _, _, _):
            if let place = sentimentPlaces[turn] { add(to: &sentiments[place]) }
        case .transferBridged(let id), .transferEnded(let id, _):
            if let place = transferPlaces[id] { add(to: &transfers[place]) }
        default: others.append((now, input))
        }
    }

    private mutating func ordered(_ effect: Effect, _ now: Instant) {
        let question = Question(askedAt: now)
        switch effect {
        case .think(let request):
            replyPlaces[request.reply] = replies.count
            replies.append(Reply(question: question, words: request.lastWords, isUnasked: request.turn == nil))
        case .speak(let request):
            let text = request.text.revealed
            speechPlaces[request.utterance, default: [:]][request.sentence] = (text, speech[text, default: []].count)
            speech[text, default: []].append(question)
        case .runTool(let order):
            toolPlaces[order.toolCall] = tools.count
            tools.append(question)
        case .loadContext, .recall: contexts.append(question)
        case .scoreSentiment(let turn, _):
            sentimentPlaces[turn] = sentiments.count
            sentiments.append(question)
        case .transfer(let id, _, _):
            transferPlaces[id] = transfers.count
            transfers.append(question)
        default: break
        }
    }
}

extension ThinkRequest {
    /// Of the caller.
    var lastWords: String? {
        for message in messages.reversed() { if case .caller(_, let text) = message { return text.revealed } }
        return nil
    }
}
