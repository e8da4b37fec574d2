import Domain

/// Every kind of input, with everything that it can carry and with as little as it may.
enum InputSamples {
    static let reply = ReplyID(value: 0x11)
    static let utterance = UtteranceID(value: 0x22)
    static let tool = ToolCallID(value: 0x33)
    static let transfer = TransferID(value: 0x44)
    static let turn = TurnID(value: .max)

    private static let zero = Scores.score(0)
    private static let unhappy = Scores.score(-0.5)

    static let document = Freeform.object([
        "none": .null, "yes": .bool(true), "no": .bool(false), "most": .integer(.max), "least": .integer(.min),
        "half": .fractional(0.1), "text": .string("ñandú 👍"), "list": .array([.integer(1), .array([]), .object([:])]),
    ])

    static let transcript = Transcript(
        recognizer: RecognizerNumber(2), text: Private("my number is four two"), confidence: Fraction(0.998_535_16),
        startedAt: 1_200, endedAt: 2_400,
        words: [
            Word(text: Private("my"), startedAt: 1_200, endedAt: 1_350, confidence: Fraction(1.0 / 3)),
            Word(text: Private("number"), startedAt: 1_400, endedAt: 1_390),
        ], language: "es-MX")

    static let context = ContextLoaded(
        memories: [
            RecalledMemory(memory: MemoryID(value: 1), version: 3, similarity: Score(-0.25)),
            RecalledMemory(memory: MemoryID(value: 2)),
        ], patterns: [RecalledPattern(pattern: PatternID(value: 9), similarity: Score(0.9))], took: 12,
        embeddingSpace: "minilm", customer: CustomerID(value: 5), outcome: .loaded)
    static let recalled = ContextLoaded(
        memories: context.memories, patterns: context.patterns, took: 90, embeddingSpace: "minilm",
        customer: CustomerID(value: 5), outcome: .loaded, source: .firstWords)

    static let controls: [Control] = [
        .interrupt, .cancel, .emergencyStop, .say(Private("One moment."), isInterruptible: false),
        .inject(Private("The caller is known."), replies: true), .mute, .unmute, .expect(.anything),
        .expect(.yesOrNo), .expect(.digits(nil)), .expect(.digits(4)), .expect(.email), .sendKeys(Private("12#")),
        .transfer(target: Private("+15005550123"), .attended), .hangUp, .letGo,
    ]

    private static let past = CallSoFar(
        messages: [
            .agent(utterance, Private("Hello."), isInterrupted: true), .caller(turn, Private("where is my card")),
            .pressed(Private("12")), .toolCalled(tool, key: "k", name: "look", Private(document)),
            .toolReturned(tool, key: "k", Private(document)), .toolFailed(tool, key: "k", .cancelled),
            .note(Private("The caller is known.")),
        ], answeredAt: Instant(microseconds: 1_790_000_000_000_000),
        lostAt: Instant(microseconds: 1_790_000_060_000_000),
        hasSpoken: true, owed: .words(Private("How are you?")), count: 2)

    private static func past(_ owed: CallSoFar.Owed) -> CallSoFar {
        CallSoFar(messages: [], answeredAt: nil, lostAt: past.lostAt, hasSpoken: false, owed: owed, count: 1)
    }

    private static let takeOvers: [Input] = [past, past(.nothing), past(.reply(nil)), past(.reply(turn))].map {
        .tookOver($0)
    }

    static let all: [Input] = usual + takeOvers

    private static let usual: [Input] =
        [
            .due, .answered(nil), .mediaStarted(media: "stream", codec: .pcmu, sampleRate: 8_000),
            .marked(MarkNumber(7)), .keyed(Private("4"), mediaAt: nil), .keyed(Private("*"), mediaAt: 4_000),
            .hungUp(HangUp(cause: .normal, source: .unknown)),
            .hungUp(
                HangUp(
                    cause: .busy, source: .carrier, carrierCause: "user_busy", carrierSource: "callee", sipCode: 486)),
            .transferBridged(transfer), .partial(transcript),
            .partial(Transcript(recognizer: RecognizerNumber(0), text: Private(""))), .final(transcript),
            .endOfTurn(RecognizerNumber(1), Fraction(percent: 80)), .token(reply, "Sure. "), .token(reply, ""),
            .toolAsked(reply, ToolRequest(key: "k1", name: "look", arguments: Private(document))),
            .replied(reply, ReplyOutcome(finish: .stop)),
            .replied(reply, ReplyOutcome(finish: .toolCalls, tokensIn: 900, tokensOut: 30, tokensCached: 0)),
            .voiced(utterance, sentence: 3, 240),
            .timed(utterance, sentence: 0, [WordTime(text: Private("Sure."), endsAt: 310)]),
            .voiceEnded(utterance, sentence: 0), .toolReturned(tool, Private(document)),
            .toolReturned(tool, Private(.null)), .toolFailed(tool, .refused, status: 403),
            .toolFailed(tool, .timedOut, status: nil), .contextLoaded(context, Private("likes tables by the window")),
            .contextLoaded(ContextLoaded(memories: [], patterns: []), Private("")),
            .contextLoaded(recalled, Private("likes tables by the window, got a broken lamp")),
            .sentimentScored(turn, unhappy, .frustrated, model: "words", took: 3),
            .failed(.recognizer(RecognizerNumber(1)), .timedOut, status: nil),
            .failed(.model(reply), .overloaded, status: 529),
            .failed(.voice(utterance, sentence: 2), .closedEarly, status: nil),
            .recovered(.voice, provider: "cartesia", downFor: 61_000), .heard(frame), .heard(frame.coarse),
        ] + AnsweredBy.allCases.map { .answered($0) } + MediaReason.allCases.map { .mediaLost($0) }
        + Verdict.allCases.map { .machineDetected($0, took: 2_100) }
        + TransferEnd.allCases.map { .transferEnded(transfer, $0) }
        + AudioCodec.allCases.map { .mediaStarted(media: "", codec: $0, sampleRate: 16_000) }
        + ProviderFault.allCases.map { .failed(.model(reply), $0, status: -1) }
        + ProviderKind.allCases.map { .recovered($0, provider: "p", downFor: nil) }
        + FinishReason.allCases.map { .replied(reply, ReplyOutcome(finish: $0)) }
        + ToolFault.allCases.map { .toolFailed(tool, $0, status: nil) }
        + Sentiment.allCases.map { .sentimentScored(turn, zero, $0, model: "m", took: nil) }
        + HangUp.Cause.allCases.map { .hungUp(HangUp(cause: $0, source: .us)) }
        + HangUp.Source.allCases.map { .hungUp(HangUp(cause: .unknown, source: $0)) }
        + controls.map { .control($0) }

    static let frame = CallerFrame(
        mediaAt: 0, length: 20, probability: Fraction(0.123_456_789_012) ?? Fraction(percent: 0),
        energy: Fraction(0.037_25))

}

private enum Scores {
    static func score(_ value: Double) -> Score {
        guard let score = Score(value) else { preconditionFailure("no score") }
        return score
    }
}
