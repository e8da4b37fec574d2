/// The live call: what happened goes in with its time, what is to be done comes out, and nothing else passes. It is never stored;
/// with the same inputs at the same times it can be run again. `docs/conversation.md` is its page.
package struct Conversation: Hashable, Sendable {
    package let settings: ConversationSettings
    /// As observers were told.
    package internal(set) var state = ConversationState.idle

    var ids: IDSource
    var now: Instant
    /// What this input has brought about so far; the caller's own array while an input is handled.
    var out: [Effect] = []
    var alarms = Alarms()
    /// The deadline that the shell knows.
    var announced: Instant?

    var leg = Leg()
    /// Why things move, if that is known further out.
    private var reason: Cause?
    var lastFrameAt: Instant
    var transfer: Transfer?
    /// To be started when nobody speaks.
    var orderedTransfer: Transfer?
    /// It is a machine that listens: no turns, one message.
    var isMachine = false

    var gate: VoiceGate
    var turn: Turn?
    /// Finals of an overlap: they are what the caller said only if it becomes a turn.
    var unsaid: [CallerSaid] = []
    var overlap: Overlap?
    var pauses = Pauses()
    var expected = Expected.anything
    /// Words from before this place belong to a turn that is over.
    var closedThrough: Milliseconds = 0
    var recognizer = RecognizerNumber(0)
    var recognizerRestarts = 0
    var keys = ""
    /// The turn that we answer, and when its speech ended.
    var lastTurn: AnsweredTurn?

    var history = History()
    var context = ContextPhase.none
    var hasRecalled = false
    var tone = Tone.plain
    var replies: [Reply] = []
    /// Asked, but not before the context is there.
    var deferred: Deferred?
    var tools: [ToolUse] = []
    var toolRounds = 0
    /// Results came that the model has not been told.
    var owesReply = false
    var apologies = 0

    /// The first is being said.
    var utterances: [Utterance] = []
    var nextMark = 0
    /// Does the carrier return marks? Given up when none come.
    var hasMarks: Bool
    var isMuted = false
    /// Sound that bridges a tool, as long as it is played.
    var bridge: Playout?
    var fillers = 0
    var presencePrompts = 0
    /// Of a call that was taken over, until its sound is there.
    var owed = CallSoFar.Owed.nothing
    /// Somebody else carries it from here on.
    package internal(set) var isLetGo = false
    /// The call ends so when all that is to be said is said.
    var ending: EndedReason?

    var recognizers: Chain<String>
    var models: Chain<ModelName>
    var voices: Chain<VoiceName>

    struct AnsweredTurn: Hashable {
        let id: TurnID
        let speechEndedAt: Instant
        var isHeard = false
    }

    struct Deferred: Hashable { let turn: TurnID? }

    enum ContextPhase: Hashable {
        case none
        case waiting(since: Instant)
        case missed
        case loaded(Private<String>)

        var text: Private<String>? { if case .loaded(let text) = self { text } else { nil } }
    }

    /// `seed` makes every id of the call; two live calls must not have the same.
    package init(_ settings: ConversationSettings, seed: UInt64, at now: Instant) {
        self.settings = settings
        self.now = now
        ids = IDSource(seed: seed)
        lastFrameAt = now
        gate = VoiceGate(settings.hearing)
        hasMarks = settings.playout.hasMarks
        recognizers = Chain(settings.recognizers)
        models = Chain(settings.models)
        voices = Chain(settings.voices)
    }

    package var isOver: Bool { leg.isOver }

    /// What the model would be told now.
    package var messages: [Message] { history.messages }

    /// Deadlines that have passed come first, then the input. Effects are added at the end of `effects`.
    package mutating func handle(_ input: Input, at instant: Instant, into effects: inout [Effect]) {
        now = max(now, instant)
        swap(&out, &effects)
        // Each alarm that rings sets later ones only, so that this ends.
        while !leg.isOver, let alarm = alarms.ring(at: now) { rang(alarm) }
        if leg.isOver { tookAfterEnd(input) } else { took(input) }
        if !leg.isOver { goOn() }
        announce()
        swap(&out, &effects)
    }

    /// Whatever has become possible.
    private mutating func goOn() {
        if overlap != nil, !isBusy { overlapLapsed() }
        followUp()
        pump()
        considerHold()
        if overlap != nil, !isBusy { overlapLapsed() }
        leaveIfSaid()
        // Whatever else moves us has said so itself.
        if !leg.isOver { settle(.toolResult) }
    }

    private mutating func announce() {
        let earliest = alarms.earliest
        if let announced, announced > now, announced <= earliest ?? announced { return }
        guard earliest != announced else { return }
        announced = earliest
        out.append(.wake(at: earliest))
    }

    private mutating func took(_ input: Input) {
        switch input {
        case .due: break
        case .answered(let by): answered(by)
        case .mediaStarted(let media, let codec, let rate):
            mediaStarted(Leg.Media(name: media, codec: codec, sampleRate: rate))
        case .mediaLost(let reason): mediaLost(reason)
        case .marked(let number): marked(number)
        case .keyed(let digits, let place): keyed(digits, at: place)
        case .machineDetected(let verdict, let took): machineDetected(verdict, took: took)
        case .hungUp(let hangUp): hungUp(hangUp)
        case .transferBridged(let id): transferBridged(id)
        case .transferEnded(let id, let reason): transferEnded(id, reason)
        case .heard(let frame): heard(frame)
        case .partial(let transcript): partial(transcript)
        case .final(let transcript): final(transcript)
        case .endOfTurn(let recognizer, let probability): endOfTurn(recognizer, probability)
        case .token(let reply, let text): token(reply, text)
        case .toolAsked(let reply, let request): toolAsked(reply, request)
        case .replied(let reply, let outcome): replied(reply, outcome)
        case .voiced(let utterance, let sentence, let length): voiced(utterance, sentence, length)
        case .timed(let utterance, let sentence, let words): timed(utterance, sentence, words)
        case .voiceEnded(let utterance, let sentence): voiceEnded(utterance, sentence)
        case .toolReturned(let tool, let result): toolReturned(tool, result)
        case .toolFailed(let tool, let fault, let status): toolFailed(tool, fault, status: status)
        case .contextLoaded(let loaded, let text): contextLoaded(loaded, text)
        case .sentimentScored(let turn, let score, let label, let model, let took):
            record(.sentimentScored(SentimentScored(turn: turn, score: score, label: label, model: model, took: took)))
            tone = Tone(label)
        case .failed(.recognizer(let number), let fault, let status): recognizerFailed(number, fault, status)
        case .failed(.model(let reply), let fault, let status): modelFailed(reply, fault, status)
        case .failed(.voice(let utterance, let sentence), let fault, let status):
            voiceFailed(utterance, sentence, fault, status)
        case .recovered(let kind, let provider, let downFor): recovered(kind, provider, downFor)
        case .control(let control): controlled(control)
        case .tookOver(let past): tookOver(past)
        }
    }

    private mutating func rang(_ alarm: Alarms.Name) {
        switch alarm {
        case .pump: pump()
        case .playback: considerHeard()
        case .voice: voiceIsDue()
        case .endpoint: considerEnd()
        case .transcript: transcriptIsDue()
        case .speculation: speculate()
        case .turnLength: if turn != nil { endTurn(.lengthMaxReached) }
        case .keys: keysComplete()
        case .overlap: weigh(isOver: true)
        case .context: contextMissed()
        case .model: modelIsDue()
        case .tool: toolIsDue()
        case .filler: fillerIsDue()
        case .hold: holdIsDue()
        case .inactivity: inactive()
        case .duration: durationReached()
        case .frames: framesAreDue()
        case .media: end(.mediaLost, orders: true)
        case .transfer: transferIsDue()
        case .farewell: if let ending { end(ending, orders: true) } else { leaveMessage() }
        }
    }

    // MARK: - For all parts

    mutating func record(_ event: CallEvent) { out.append(.record(event)) }

    mutating func newID<Subject>() -> ID<Subject> { ids.next(at: now) }

    /// An alarm whose deadline only moves later: it is set once, and looked at when it rings.
    mutating func arm(_ alarm: Alarms.Name, at instant: Instant) {
        let instant = max(instant, now.after(1))
        if let set = alarms[alarm], set <= instant { return }
        alarms[alarm] = instant
    }

    /// The same at an exact time, in the future.
    mutating func set(_ alarm: Alarms.Name, at instant: Instant) { alarms[alarm] = max(instant, now.after(1)) }

    // MARK: - The four states

    /// We are to say something, or are about to.
    var isBusy: Bool { !utterances.isEmpty || isThinking }

    var isThinking: Bool {
        deferred != nil || replies.contains { !$0.isSpeculative } || tools.contains { $0.isAwaited && $0.isPending }
    }

    /// The caller talks to somebody else, or is about to.
    var isHandedOver: Bool { transfer != nil }

    /// Whatever is asked or said now would come too late, or to nobody.
    var isLeaving: Bool { ending != nil || leg.isOver || isHandedOver || isMachine }

    private var projected: ConversationState {
        if leg.isOver || isHandedOver { return .idle }
        if utterances.first?.phase == .playing { return .speaking }
        if turn != nil, overlap?.isHolding ?? true || !isBusy { return .listening }
        return isBusy ? .thinking : .idle
    }

    /// What `body` does moves us for this reason, whatever its parts would say.
    mutating func settle(_ cause: Cause, after body: (inout Conversation) -> Void) {
        let outer = reason
        reason = outer ?? cause
        body(&self)
        reason = outer
        settle(cause)
    }

    /// Tells observers where we are now, and why.
    mutating func settle(_ cause: Cause) {
        let reached = projected
        let cause = reason ?? cause
        guard reached != state || cause == .toolCall else { return }
        out.append(.moved(Move(state, cause, reached)))
        state = reached
        if reached == .idle { set(.inactivity, at: now.after(settings.liveness.inactivity)) }
    }
}
