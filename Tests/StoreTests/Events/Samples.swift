import Domain

/// One of every event, with every field it can have: what the golden files of the current versions say.
enum Samples {
    static let facts: [Fact] =
        callFacts + agentFacts + customerFacts + userFacts + apiKeyFacts + memoryFacts + patternFacts
        + BillingSamples.facts + EndpointSamples.facts
        + AuditSamples.facts

    static let callFacts: [Fact] = [
        .call(
            .callRequested(
                CallRequested(
                    direction: .outbound, from: Private("+15550100001"), to: Private("+15550100002"),
                    agent: AgentID(value: 0x0198c5a2_7a00_7000_8000_0000000000a1), agentVersion: 7,
                    customer: CustomerID(value: 0x0198c5a2_7a00_7000_8000_0000000000a2),
                    campaign: CampaignID(value: 0x0198c5a2_7a00_7000_8000_0000000000a3),
                    metadata: Private(
                        .object(["order": .integer(9_007_199_254_740_993), "tags": .array([.string("vip"), .null])])),
                    variables: Private(.object(["name": .string("Ana")]))))),
        .call(
            .callDialed(
                CallDialed(
                    leg: CarrierLeg(carrier: "telnyx", control: "v3:control", session: "session-1", leg: "leg-1")))),
        .call(
            .callRinging(
                CallRinging(
                    leg: CarrierLeg(carrier: "telnyx", control: "v3:control", session: "session-1", leg: "leg-1")))),
        .call(
            .callReceived(
                CallReceived(
                    from: Private("+15550100002"), to: Private("+15550100001"),
                    leg: CarrierLeg(carrier: "telnyx", control: "v3:control", session: "session-1", leg: "leg-1"),
                    agent: AgentID(value: 0x0198c5a2_7a00_7000_8000_0000000000a1), agentVersion: 7,
                    customer: CustomerID(value: 0x0198c5a2_7a00_7000_8000_0000000000a2)))),
        .call(.callAnswered(CallAnswered(answeredBy: .human, at: Instant(microseconds: 1_785_583_545_123_456)))),
        .call(
            .callChanged(
                CallChanged(
                    metadata: Private(.object(["order": .string("4711"), "tries": .integer(2), "vip": .bool(true)]))))),
        .call(.machineDetected(MachineDetected(verdict: .machine, took: 2140))),
        .call(.mediaStarted(MediaStarted(media: "media-1", codec: .pcmu, sampleRate: 8000))),
        .call(.mediaLost(MediaLost(media: "media-1", reason: .connectionLost))),
        .call(.mediaResumed(MediaResumed(media: "media-2", codec: .pcmu, sampleRate: 8000, gap: 1830))),
        .call(.mediaStopped(MediaStopped(media: "media-2", reason: .callEnded, framesIn: 9120, framesOut: 8890))),
        .call(
            .contextLoaded(
                ContextLoaded(
                    memories: [
                        RecalledMemory(
                            memory: MemoryID(value: 0x0198c5a2_7a00_7000_8000_0000000000a5), version: 3,
                            similarity: Score(0.83))
                    ],
                    patterns: [
                        RecalledPattern(
                            pattern: PatternID(value: 0x0198c5a2_7a00_7000_8000_0000000000a6), similarity: Score(0.71))
                    ], took: 18, embeddingSpace: "gemini-768"))),
        .call(
            .callerStartedSpeaking(
                CallerStartedSpeaking(mediaAt: 4100, probability: Fraction(0.91), energy: Fraction(0.25)))),
        .call(
            .callerStoppedSpeaking(
                CallerStoppedSpeaking(mediaAt: 6400, probability: Fraction(0.08), energy: Fraction(0.015625)))),
        .call(
            .callerSaid(
                CallerSaid(
                    turn: TurnID(value: 0x0198c5a2_7a00_7000_8000_0000000000a8),
                    text: Private("Hola, ¿dónde está mi pedido? 📦"), confidence: Fraction(0.96), startedAt: 4100,
                    endedAt: 6400, finalAfter: 210,
                    words: [Word(text: Private("refund"), startedAt: 4100, endedAt: 4480, confidence: Fraction(0.97))],
                    provider: "deepgram", language: "es-MX"))),
        .call(
            .turnEnded(
                TurnEnded(
                    turn: TurnID(value: 0x0198c5a2_7a00_7000_8000_0000000000a8), reason: .predicted, silence: 320,
                    endpointing: 340,
                    inputs: EndpointingInputs(
                        silenceThreshold: 500, speech: 2300, wordCount: 7, endProbability: Fraction(0.88),
                        endThreshold: Fraction(0.6))))),
        .call(
            .sentimentScored(
                SentimentScored(
                    turn: TurnID(value: 0x0198c5a2_7a00_7000_8000_0000000000a8), score: known(Score(-0.4)),
                    label: .frustrated, model: "llama-3.3-70b-versatile", took: 95))),
        .call(
            .replyRequested(
                ReplyRequested(
                    reply: ReplyID(value: 0x0198c5a2_7a00_7000_8000_0000000000a9),
                    turn: TurnID(value: 0x0198c5a2_7a00_7000_8000_0000000000a8), provider: "groq",
                    model: "llama-3.3-70b-versatile", tokensIn: 812))),
        .call(
            .replyFirstToken(
                ReplyFirstToken(
                    reply: ReplyID(value: 0x0198c5a2_7a00_7000_8000_0000000000a9),
                    turn: TurnID(value: 0x0198c5a2_7a00_7000_8000_0000000000a8), provider: "groq",
                    model: "llama-3.3-70b-versatile", took: 180))),
        .call(
            .replyFinished(
                ReplyFinished(
                    reply: ReplyID(value: 0x0198c5a2_7a00_7000_8000_0000000000a9),
                    turn: TurnID(value: 0x0198c5a2_7a00_7000_8000_0000000000a8), provider: "groq",
                    model: "llama-3.3-70b-versatile", tokensIn: 812, tokensOut: 64, tokensCached: 640, took: 420,
                    finish: .stop))),
        .call(
            .agentStartedSpeaking(
                AgentStartedSpeaking(
                    utterance: UtteranceID(value: 0x0198c5a2_7a00_7000_8000_0000000000aa),
                    turn: TurnID(value: 0x0198c5a2_7a00_7000_8000_0000000000a8),
                    reply: ReplyID(value: 0x0198c5a2_7a00_7000_8000_0000000000a9), voiceFirstByte: 90,
                    firstAudioSent: 4, perceived: 824))),
        .call(
            .agentSpoke(
                AgentSpoke(
                    utterance: UtteranceID(value: 0x0198c5a2_7a00_7000_8000_0000000000aa),
                    turn: TurnID(value: 0x0198c5a2_7a00_7000_8000_0000000000a8),
                    reply: ReplyID(value: 0x0198c5a2_7a00_7000_8000_0000000000a9),
                    generated: Private("Your order left us on Monday and arrives tomorrow."),
                    heard: Private("Your order left us on Monday"), heardFor: 1740, totalFor: 2980, isInterrupted: true,
                    voice: "sonic-ana", provider: "cartesia"))),
        .call(
            .agentInterrupted(
                AgentInterrupted(
                    utterance: UtteranceID(value: 0x0198c5a2_7a00_7000_8000_0000000000aa),
                    turn: TurnID(value: 0x0198c5a2_7a00_7000_8000_0000000000a8), heardFor: 1740, stoppedAfter: 41,
                    evidence: SpeechEvidence(
                        speech: 640, wordCount: 3, probability: Fraction(0.94), text: Private("wait, I have a question")
                    )))),
        .call(
            .interruptionDismissed(
                InterruptionDismissed(
                    utterance: UtteranceID(value: 0x0198c5a2_7a00_7000_8000_0000000000aa), heardFor: 900,
                    reason: .backchannel,
                    evidence: SpeechEvidence(
                        speech: 640, wordCount: 3, probability: Fraction(0.94), text: Private("wait, I have a question")
                    )))),
        .call(
            .toolCalled(
                ToolCalled(
                    toolCall: ToolCallID(value: 0x0198c5a2_7a00_7000_8000_0000000000ab),
                    reply: ReplyID(value: 0x0198c5a2_7a00_7000_8000_0000000000a9),
                    turn: TurnID(value: 0x0198c5a2_7a00_7000_8000_0000000000a8), name: "find_order",
                    arguments: Private(
                        .object(["order": .integer(9_007_199_254_740_993), "tags": .array([.string("vip"), .null])])),
                    idempotencyKey: "call-1-tool-1"))),
        .call(
            .toolReturned(
                ToolReturned(
                    toolCall: ToolCallID(value: 0x0198c5a2_7a00_7000_8000_0000000000ab), name: "find_order",
                    result: Private(.object(["total": .fractional(19.5), "paid": .bool(true)])), took: 230))),
        .call(
            .toolFailed(
                ToolFailed(
                    toolCall: ToolCallID(value: 0x0198c5a2_7a00_7000_8000_0000000000ab), name: "find_order",
                    fault: .timedOut, status: 504, took: 5000))),
        .call(.dtmfReceived(DTMFReceived(digits: Private("42#"), mediaAt: 9000))),
        .call(.dtmfSent(DTMFSent(digits: Private("1"), mediaAt: 9500))),
        .call(
            .callBridged(
                CallBridged(
                    leg: CarrierLeg(carrier: "telnyx", control: "v3:control", session: "session-1", leg: "leg-1")))),
        .call(.callHeld(CallHeld())),
        .call(.callResumed(CallResumed())),
        .call(.callEnqueued(CallEnqueued(queue: "support", place: 3, usualWait: 45_000))),
        .call(.callDequeued(CallDequeued(queue: "support", place: 1, reason: "bridged", waited: 38_000))),
        .call(
            .callTranscribed(
                CallTranscribed(
                    text: Private("wait, I have a question"), confidence: Fraction(0.75), isFinal: true,
                    track: "inbound"))),
        .call(.gatherEnded(GatherEnded(gather: "pin", digits: Private("42"), outcome: "valid"))),
        .call(
            .playbackStarted(
                PlaybackStarted(media: Private("https://media.example.com/hold.mp3?key=1"), isOverlay: true))),
        .call(.playbackEnded(PlaybackEnded(media: Private("hold.mp3"), isOverlay: false, outcome: "file_not_found"))),
        .call(.announcementStarted(AnnouncementStarted(announcement: "speak-1"))),
        .call(.announcementEnded(AnnouncementEnded(announcement: "speak-1", outcome: "completed"))),
        .call(
            .providerFailed(
                ProviderFailed(
                    kind: .voice, provider: "cartesia", fault: .timedOut, status: 503,
                    turn: TurnID(value: 0x0198c5a2_7a00_7000_8000_0000000000a8)))),
        .call(
            .providerFellBack(
                ProviderFellBack(
                    kind: .voice, provider: "cartesia", next: "azure", fault: .timedOut,
                    turn: TurnID(value: 0x0198c5a2_7a00_7000_8000_0000000000a8), took: 130))),
        .call(.providerRecovered(ProviderRecovered(kind: .voice, provider: "cartesia", downFor: 60000))),
        .call(
            .transferStarted(
                TransferStarted(
                    transfer: TransferID(value: 0x0198c5a2_7a00_7000_8000_0000000000ac),
                    target: Private("+15550100003"), mode: .attended))),
        .call(
            .transferBridged(
                TransferBridged(
                    transfer: TransferID(value: 0x0198c5a2_7a00_7000_8000_0000000000ac),
                    target: Private("+15550100003"), mode: .attended, took: 6200))),
        .call(
            .transferEnded(
                TransferEnded(
                    transfer: TransferID(value: 0x0198c5a2_7a00_7000_8000_0000000000ac),
                    target: Private("+15550100003"), mode: .attended, reason: .completed))),
        .call(
            .recordingStarted(
                RecordingStarted(recording: RecordingID(value: 0x0198c5a2_7a00_7000_8000_0000000000ad), channels: 2))),
        .call(
            .recordingStored(
                RecordingStored(
                    recording: RecordingID(value: 0x0198c5a2_7a00_7000_8000_0000000000ad), key: "recordings/1.wav",
                    channels: 2, byteCount: 1920044, duration: 60000))),
        .call(
            .recordingFailed(
                RecordingFailed(
                    recording: RecordingID(value: 0x0198c5a2_7a00_7000_8000_0000000000ad), reason: .storageFailed))),
        .call(
            .recordingTranscribed(
                RecordingTranscribed(
                    recording: RecordingID(value: 0x0198c5a2_7a00_7000_8000_0000000000ad),
                    text: Private("Hola, ¿dónde está mi pedido?"), outcome: "completed"))),
        .call(
            .callEnded(
                CallEnded(
                    reason: .callerHungUp, faultOwner: .caller, hangupCause: "normal_clearing", hangupSource: "caller",
                    sipCode: 200, duration: 61240, isBillable: true))),
        .call(
            .callAnalyzed(
                CallAnalyzed(
                    summary: Private("Asked where the order is; was told tomorrow."), success: true,
                    sentiment: Score(0.25), intent: "order_status",
                    extracted: Private(
                        .object(["order": .integer(9_007_199_254_740_993), "tags": .array([.string("vip"), .null])])),
                    model: "llama-3.3-70b-versatile", promptVersion: "analysis-3"))),
        .call(
            .callLookChosen(
                CallLookChosen(
                    choice: 2, look: EventID(value: 0x0198c5a2_7a00_7000_8000_0000000000e1),
                    run: AnalysisRunID(value: 0x0198c5a2_7a00_7000_8000_0000000000b7),
                    findings: CallFindings(
                        summary: Private("Asked where the order is; was told tomorrow."), success: false,
                        sentiment: Score(0.25), intent: "order_status")))),
        .call(
            .callCharged(
                CallCharged(
                    leg: CarrierLeg(carrier: "telnyx", control: "v3:control", session: "session-1", leg: "leg-1"),
                    amount: 8_500, currency: "USD", billedFor: 60_000))),
        .call(
            .callSettled(
                CallSettled(
                    transcription: 4300, model: 1250, voice: 7800, telephony: 9000, analysis: 310, currency: "USD"))),
        .call(.callOrdered(CallOrdered(order: .emergencyStop, outcome: .taken))),
        .call(.callErased(CallErased(reason: .requested))),
    ]

    static let agentFacts: [Fact] = [
        .agent(.agentCreated(AgentCreated(name: "Ana", settings: .object(["language": .string("es-MX")])))),
        .agent(.agentChanged(AgentChanged(name: "Ana María", settings: .object(["language": .string("es-ES")])))),
        .agent(.agentPublished(AgentPublished(agentVersion: 7, settings: .object(["language": .string("es-ES")])))),
        .agent(.agentRestored(AgentRestored(agentVersion: 6))),
        .agent(.agentArchived(AgentArchived())),
    ]

    static let customerFacts: [Fact] = [
        .customer(
            .customerCreated(
                CustomerCreated(
                    phone: Private("+15550100002"), email: Private("ana@example.com"), name: Private("Ana"),
                    segment: "vip",
                    metadata: Private(
                        .object(["order": .integer(9_007_199_254_740_993), "tags": .array([.string("vip"), .null])]))))),
        .customer(
            .customerChanged(
                CustomerChanged(changes: Private(.object(["email": .null, "segment": .string("churned")]))))),
        .customer(.customerMerged(CustomerMerged(absorbed: CustomerID(value: 0x0198c5a2_7a00_7000_8000_0000000000a2)))),
        .customer(.customerErased(CustomerErased(reason: .requested))),
    ]

    static let userFacts: [Fact] = [
        .user(.userCreated(UserCreated(email: Private("dev@example.com"), name: Private("Dev"), role: .developer))),
        .user(
            .userSignedIn(
                UserSignedIn(
                    family: TokenFamilyID(value: 0x0198c5a2_7a00_7000_8000_0000000000a4), address: Private("192.0.2.7"))
            )),
        .user(
            .userTokenRefreshed(
                UserTokenRefreshed(family: TokenFamilyID(value: 0x0198c5a2_7a00_7000_8000_0000000000a4)))),
        .user(
            .userTokenReuseDetected(
                UserTokenReuseDetected(
                    family: TokenFamilyID(value: 0x0198c5a2_7a00_7000_8000_0000000000a4), address: Private("192.0.2.8"))
            )),
        .user(
            .userRevoked(
                UserRevoked(family: TokenFamilyID(value: 0x0198c5a2_7a00_7000_8000_0000000000a4), reason: .tokenReused))
        ),
    ]

    static let apiKeyFacts: [Fact] = [
        .apiKey(
            .apiKeyCreated(APIKeyCreated(name: "ci", scopes: ["calls:read", "calls:write"], rateTier: "standard"))),
        .apiKey(.apiKeyRevoked(APIKeyRevoked(reason: .byAdmin))),
    ]

    static let memoryFacts: [Fact] = [
        .memory(
            .memoryRemembered(
                MemoryRemembered(
                    memory: MemoryID(value: 0x0198c5a2_7a00_7000_8000_0000000000a5), kind: .preference,
                    content: Private("Prefers to be called in the morning."), relevance: Fraction(0.8),
                    provenance: Provenance(
                        call: CallID(value: 0x0198c5a2_7a00_7000_8000_0000000000a0), version: 41,
                        events: [EventID(value: 0x0198c5a2_7a00_7000_8000_0000000000e1)]),
                    metadata: Private(.object(["order": .integer(4271), "tags": .array([.string("vip"), .null])]))))),
        .memory(
            .memoryCorrected(
                MemoryCorrected(
                    memory: MemoryID(value: 0x0198c5a2_7a00_7000_8000_0000000000a5),
                    content: Private("Prefers to be called after six."),
                    provenance: Provenance(
                        call: CallID(value: 0x0198c5a2_7a00_7000_8000_0000000000a0), version: 41,
                        events: [EventID(value: 0x0198c5a2_7a00_7000_8000_0000000000e1)])))),
        .memory(
            .memoryForgotten(
                MemoryForgotten(
                    memory: MemoryID(value: 0x0198c5a2_7a00_7000_8000_0000000000a5), reason: .superseded,
                    provenance: Provenance(
                        call: CallID(value: 0x0198c5a2_7a00_7000_8000_0000000000a0), version: 41,
                        events: [EventID(value: 0x0198c5a2_7a00_7000_8000_0000000000e1)])))),
    ]

    static let patternFacts: [Fact] = [
        .pattern(
            .patternLearned(
                PatternLearned(
                    kind: "persona", summary: Private("A short apology before the answer calms callers."),
                    details: Private(
                        .object(["order": .integer(9_007_199_254_740_993), "tags": .array([.string("vip"), .null])])),
                    agent: AgentID(value: 0x0198c5a2_7a00_7000_8000_0000000000a1), successRate: Fraction(0.75),
                    provenance: Provenance(
                        call: CallID(value: 0x0198c5a2_7a00_7000_8000_0000000000a0), version: 41,
                        events: [EventID(value: 0x0198c5a2_7a00_7000_8000_0000000000e1)])))),
        .pattern(
            .patternReinforced(
                PatternReinforced(
                    success: true, successRate: Fraction(0.8125), uses: 16,
                    provenance: Provenance(
                        call: CallID(value: 0x0198c5a2_7a00_7000_8000_0000000000a0), version: 41,
                        events: [EventID(value: 0x0198c5a2_7a00_7000_8000_0000000000e1)])))),
        .pattern(.patternRetired(PatternRetired(reason: .underperformed, successRate: Fraction(0.25)))),
    ]
}
