import Crypto
import Domain
import HTTP
import Loop
import Providers
import Service
import Store

/// One live call on its loop: hands its conversation what happens, and performs what that orders. It decides nothing.
///
/// Every door requires the loop's thread: that is why `@unchecked` holds.
final class CallSession: @unchecked Sendable {
    /// Some carriers give up a leg that is quiet for longer than one and a half.
    private static let quietMax = Duration.seconds(1)
    private static let comfort: Milliseconds = 20
    /// Of a sound of ours, in one message: 100 ms.
    private static let pieceBytes = 800

    let ticket: CallTicket
    private let loop: Loop
    private let clock = CallClock()
    private let log: Log
    private let series: CallSeries
    private let record: CallRecord
    private let line: MediaLine
    private let orders: CallOrders
    private let law: G711

    private var conversation: Conversation
    private let trace: CallTracer?
    private let recordings: CallRecordings
    private var tape: CallTape?
    private var known: CallState
    private var inbox = Inbox()
    private var effects: [Effect] = []
    private var facts: [CallEvent] = []
    private var isHandling = false
    /// What the log has of the input that is handled.
    private var told: EventType?
    private var detector: any VoiceDetector
    private var samples: [Int16] = []
    private var isClosed = false
    private(set) var hasHandedOver = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private var ear: CallEar?
    private var mind: CallMind?
    private var voice: CallVoice?
    private let tools: CallTools
    private let memory: CallMemory
    private lazy var alarm = Timer { [weak self] in self?.took(.due) }
    private lazy var quiet = Timer { [weak self] in self?.comfort() }

    struct Surroundings {
        let loop: Loop
        let providers: CallProviders
        /// A new one for each call.
        let detector: () -> any VoiceDetector
        let recorder: EventRecorder
        let tools: ToolPost
        let toolSecrets: ToolSecrets
        let context: ContextReader
        let firstWords: FirstWords
        var commands: (any CarrierCommands)?
        let series: CallSeries
        let log: Log
        /// Nil where calls leave no traces.
        let traces: TraceShelf?
        let recordings: CallRecordings
        /// With which what is said in this call is sealed; nil where the house seals nothing.
        var key: SubjectKey?
    }

    init(
        _ ticket: CallTicket, _ surroundings: Surroundings, _ line: MediaLine, taking past: CallSoFar? = nil,
        law: G711 = .muLaw
    ) {
        let providers = surroundings.providers
        (self.ticket, self.line, self.law, loop) = (ticket, line, law, surroundings.loop)
        (series, log, recordings) = (surroundings.series, surroundings.log, surroundings.recordings)
        record = CallRecord(
            sharing: ticket.call, ticket.organization, sealedWith: surroundings.key, in: surroundings.recorder)
        orders = CallOrders(
            surroundings.commands, ticket.call, leg: ticket.leg, number: past?.count ?? 0, on: surroundings.loop)
        detector = surroundings.detector()
        known = CallState(startedAt: clock.now)
        let order = providers.thinkers.order()
        let agent = ticket.agent
        var settings = ConversationSettings(
            call: ticket.call, direction: ticket.direction,
            recognizers: Self.chain(agent.chain(.stt), providers.recognizers.order()),
            models: Self.chain(agent.chain(.llm), order).compactMap { name in
                providers.models.first { $0.provider == name }
            },
            voices: Self.chain(agent.chain(.tts), providers.synthesizers.order()).map {
                VoiceName(provider: $0, voice: providers.voice(agent.voice, of: $0))
            })
        tools = CallTools(
            agent.tools, of: ticket, surroundings.tools, surroundings.toolSecrets, on: surroundings.loop,
            surroundings.log)
        agent.settle(&settings)
        // One that can't be read is told by whoever goes by it.
        let script = (try? LocalScript.find(in: agent.instructions)) ?? nil
        settings.lines.voicemail = agent.voicemail ?? script?.voicemail
        memory = CallMemory(
            surroundings.context, surroundings.firstWords, ticket, on: surroundings.loop, surroundings.log)
        let opening = TraceOpening(settings, seed: .random(in: 0 ... .max), at: clock.now)
        conversation = opening.conversation()
        trace = surroundings.traces?.begin(opening, of: ticket.organization)
        let format = SoundFormat(.g711(law), rate: G711.sampleRate)
        var expected = RecognizerRequest(format: format, language: agent.language)
        expected.phrases = LocalScript.phrases(in: agent.instructions)
        expected.pronunciations = script?.pronunciations ?? [:]
        ear = CallEar(providers, expected) { [weak self] in
            self?.took($0)
        }
        mind = CallMind(providers, instructions: agent.instructions, tools: tools.offered) { [weak self] in
            self?.took($0)
        }
        self.voice = CallVoice(providers, law, language: agent.language) { [weak self] in self?.took($0) }
        if let past { took(.tookOver(past)) }
    }

    /// Those of the agent's whom this house has, in the agent's order; the house's own where it has none of them.
    private static func chain(_ wanted: [String], _ house: [String]) -> [String] {
        let known = wanted.filter(house.contains)
        return known.isEmpty ? house : known
    }

    // MARK: - What happens

    /// Whatever comes while another input is handled waits for its turn.
    func took(_ input: Input) {
        loop.checkIsolated()
        if case .marked(let number) = input { tape?.played(number) }
        guard inbox.put(input) else { return log.warn("call_input_dropped") }
        guard !isHandling else { return }
        isHandling = true
        while let next = inbox.take() {
            let now = clock.now
            conversation.handle(next, at: now, into: &effects)
            let ordered = effects
            trace?.took(next, at: now, ordered)
            effects.removeAll(keepingCapacity: true)
            for effect in ordered { perform(effect) }
            writeDown()
        }
        isHandling = false
        if conversation.isOver { close() }
    }

    /// What somebody elsewhere has for the call; where the conversation stands then, nil if it is over.
    func follow(_ order: LiveOrder) -> ConversationState? {
        guard !conversation.isOver else { return nil }
        switch order {
        case .control(let control): took(.control(control))
        case .news(let facts):
            for fact in facts { learnt(fact) }
            // The carrier may leave a socket open that nobody speaks on any more.
            if conversation.isOver { line.close() }
        }
        return conversation.state
    }

    /// A carrier's word, which the log has already: of what follows from it here, the same is not written again. But how the call ended
    /// for us is ours to say, and stands beside the carrier's word: whoever was first here, both are there.
    private func learnt(_ fact: CallEvent) {
        guard let input = Input(fact) else { return }
        if case .callEnded = fact { return took(input) }
        known = Call.evolve(known, CallFact(version: known.version + 1, id: EventID(UUID.v7()), at: clock.now, fact))
        told = Fact.call(fact).type
        took(input)
        told = nil
    }

    /// Sound of the caller, as it came.
    func heard(_ audio: Span<UInt8>) {
        guard let ear, !isClosed, !audio.isEmpty else { return }
        let place = ear.place
        tape?.heard(audio)
        samples.removeAll(keepingCapacity: true)
        // In one go: sample by sample each would be asked whether it may.
        let law = law
        audio.withUnsafeBufferPointer { samples.append(contentsOf: $0.lazy.map { law.decode($0) }) }
        let activity = detector.judge(samples.span)
        ear.hear(audio)
        took(
            .heard(
                CallerFrame(
                    mediaAt: place, length: ear.place - place, probability: activity.probability,
                    energy: activity.energy
                ).coarse))
    }

    /// The same, with so much missing before it. What stands in its place is as long, and comes in frames as sound does.
    func heard(_ audio: Span<UInt8>, missing: Milliseconds) {
        if missing > 0, let ear {
            let sound = Concealment.sound(missing, after: ear.latest(Concealment.memory), law)
            let frame = G711.sampleRate / 1_000 * Int(Concealment.memory.count)
            for start in stride(from: 0, to: sound.count, by: frame) {
                heard(sound.span.extracting(start..<min(start + frame, sound.count)))
            }
        }
        heard(audio)
    }

    func frames(from before: FrameOrder.Tally, to tally: FrameOrder.Tally) { series.frames(from: before, to: tally) }

    /// Returns when the call is over.
    func untilOver() async {
        loop.checkIsolated()
        await withCheckedContinuation { continuation in
            // Looked at in here, since a task may hop on its way to here.
            if isClosed { return continuation.resume() }
            waiting.append(continuation)
        }
    }

    private func close() {
        guard !isClosed else { return }
        isClosed = true
        trace?.over()
        tape?.over()
        (tape, line.tape) = (nil, nil)
        loop.disarm(alarm)
        loop.disarm(quiet)
        mind?.cancelAll()
        voice?.releaseAll()
        let told = waiting
        waiting = []
        for continuation in told { continuation.resume() }
    }

    // MARK: - What is ordered

    private func perform(_ effect: Effect) {
        switch effect {
        case .record(let event): note(event)
        case .wake(let instant): wake(at: instant)
        case .moved(let move):
            log.debug("call_moved", .kind("from", move.from), .kind("to", move.to), .kind("cause", move.cause))
        case .startRecognizer(let number, let provider, let place): ear?.start(number, provider, from: place)
        case .stopRecognizer(let number): ear?.stop(number)
        case .finalizeTranscript(let number): ear?.endTurn(number)
        case .think(let request): mind?.think(request)
        case .cancelReply(let reply): mind?.cancel(reply)
        case .speak(let request): voice?.speak(request)
        case .release(let utterance): voice?.release(utterance)
        case .send(let utterance, let place, let length, let mark): send(utterance, place, length, mark)
        case .clear: clear()
        case .playClip(.apology): apologize()
        case .hold(let place, let length): hold(from: place, length)
        // Held until it is told, which is some time after its deadline at most: what a tool did is a fact, call or no call.
        case .runTool(let order) where order.name == BuiltInTool.lookUpCustomer.rawValue:
            memory.lookUp(order.toolCall) { self.took($0) }
        case .runTool(let order): tools.run(order, at: clock.now) { self.took($0) }
        case .scoreSentiment(let turn, let said): sense(said.revealed, in: turn)
        case .loadContext: memory.load { self.took($0) }
        case .recall(let words): memory.recall(words) { self.took($0) }
        // That it was asked is in the log, and whoever reads that remembers it.
        case .remember: break
        case .sendKeys(let keys): press(keys)
        case .transfer(let transfer, let target, let mode): hand(over: transfer, to: target, mode)
        case .cancelTransfer: break
        case .hangUp: hangUp()
        }
    }

    /// At once, and beside the reply that is being thought about: it sets the tone of the next one.
    private func sense(_ said: String, in turn: TurnID) {
        guard let found = LocalMood.of(said) else { return }
        took(.sentimentScored(turn, found.score, found.sentiment, model: LocalMood.name, took: nil))
    }

    private func wake(at instant: Instant?) {
        if let instant { loop.arm(alarm, at: clock.moment(of: instant)) } else { loop.disarm(alarm) }
    }

    private func send(_ utterance: UtteranceID, _ place: Milliseconds, _ length: Milliseconds, _ mark: MarkNumber) {
        guard let voice else { return }
        line.play(voice.piece(of: utterance, from: place, length))
        line.mark(mark)
        loop.arm(quiet, at: .now + length.duration + Self.quietMax)
    }

    /// Written with all else of this turn of the loop, at whose beginning what decided it could be read.
    private func clear() {
        line.clear()
        loop.atEndOfTurn { [series, loop] in series.cleared(after: Moment.now - loop.turn) }
    }

    /// Without a voice, by tones that every caller knows.
    private func apologize() {
        log.error("call_without_voice")
        let sound = FaultTones.sound(law)
        for start in stride(from: 0, to: sound.count, by: Self.pieceBytes) {
            line.play(Array(sound[start..<min(start + Self.pieceBytes, sound.count)]))
        }
        loop.arm(quiet, at: .now + G711.duration(ofSamples: sound.count).duration)
    }

    private func hold(from place: Milliseconds, _ length: Milliseconds) {
        line.play(HoldSound.piece(from: place, length, law))
        loop.arm(quiet, at: .now + length.duration + Self.quietMax)
    }

    private func comfort() {
        guard !isClosed else { return }
        line.play([UInt8](repeating: law.silence, count: G711.samples(Self.comfort)))
        loop.arm(quiet, at: .now + Self.quietMax)
    }

    private func press(_ keys: Private<String>) {
        guard line.pressesKeysAloud else { return orders.give(.sendDigits(keys)) }
        line.play(KeyTones.sound(keys.revealed, law))
    }

    private func hand(over transfer: TransferID, to target: Private<String>, _ mode: TransferMode) {
        hasHandedOver = true
        let tag = LegTag.transfer(ticket.call, transfer, mode)
        orders.give(.transfer(CarrierCommand.Transfer(to: target, tag: tag))) { [weak self] isTaken in
            if !isTaken { self?.took(.transferEnded(transfer, .failed)) }
        }
    }

    /// The leg first, then its sound: the other way round the carrier might open the stream again.
    private func hangUp() { orders.give(.hangup) { [line] _ in line.close() } }

    // MARK: - Writing down

    private func note(_ event: CallEvent) {
        if told == Fact.call(event).type { return series.saw(event) }
        do throws(CallRefusal) {
            for fact in try Call.decide(.note(event), known, at: clock.now) {
                let place = CallFact(version: known.version + 1, id: EventID(UUID.v7()), at: clock.now, fact)
                known = Call.evolve(known, place)
                facts.append(fact)
                series.saw(fact)
            }
        } catch {
            log.error("call_fact_refused", .kind("refusal", error))
        }
    }

    /// All facts of one input are in the log together.
    private func writeDown() {
        guard !facts.isEmpty else { return }
        let ready = facts
        facts.removeAll(keepingCapacity: true)
        do { try record.record(ready, at: clock.now) } catch {
            log.error("call_facts_not_written", .count("facts", ready.count))
        }
    }

    /// The first sound may be ours or comfort: a leg is never left quiet.
    func began(on leg: String) {
        orders.leg = leg
        if let days = ticket.agent.recordingDays { record(keepingFor: days) }
        loop.arm(quiet, at: .now + Self.quietMax)
    }

    func closeLine() { line.close() }

    private func record(keepingFor days: Int) {
        guard let volume = recordings.begin(ticket, days: days) else {
            return noRecording(RecordingID(UUID.v7()), .storageFailed)
        }
        let recording = volume.head.recording
        tape = CallTape(volume, law, clock) { [weak self] fault in self?.noRecording(recording, fault) }
        line.tape = tape
        note(.recordingStarted(RecordingStarted(recording: recording, channels: WaveHeader.channels)))
    }

    /// The call goes on.
    private func noRecording(_ recording: RecordingID, _ fault: RecordingFault) {
        (tape, line.tape) = (nil, nil)
        log.error("call_not_recorded", .kind("fault", fault))
        note(.recordingFailed(RecordingFailed(recording: recording, reason: fault)))
        if !isHandling { writeDown() }
    }

    /// Of a call that no carrier tells of.
    func wasAnswered() {
        note(.callAnswered(CallAnswered()))
        writeDown()
    }

    // MARK: - Handing over

    /// The leg, if its call may go on elsewhere: by orders to its carrier it came here, and by another one it leaves.
    var legToHandOver: String? { conversation.mayBeHandedOver && orders.isPossible ? orders.leg : nil }

    /// Everything that others need is in the log then, or on its way there.
    func letGo() {
        took(.control(.letGo))
        if conversation.isLetGo { line.close() }
    }
}
