package import Domain
package import Loop

/// Recognizers in the order of their priority, as one. When the one that listens fails, the next gets what the caller said
/// since the last settled words, and goes on.
package final class RecognizerChain: Recognizer {
    /// The longest audio that is said again to the next one; older audio is lost.
    package static let replayMax: Milliseconds = 15_000

    package var name: String { recognizers.first?.name ?? "none" }
    let recognizers: [any Recognizer]
    let priority: ProviderPriority
    let loop: Loop

    /// `priority` has one name for each recognizer, in the same order.
    package init(_ recognizers: [any Recognizer], _ priority: ProviderPriority, on loop: Loop) {
        precondition(recognizers.count == priority.snapshot.names.count, "a chain needs one name for each provider")
        (self.recognizers, self.priority, self.loop) = (recognizers, priority, loop)
    }

    package func listen(_ request: RecognizerRequest, deliver: @escaping (RecognizerEvent) -> Void)
        -> any RecognizerStream
    {
        let stream = RecognizerChainStream(self, request, deliver)
        stream.begin()
        return stream
    }
}

/// One caller, whoever listens.
private final class RecognizerChainStream: RecognizerStream {
    private let chain: RecognizerChain
    private let request: RecognizerRequest
    private let deliver: (RecognizerEvent) -> Void
    private var replay: AudioReplay
    private var current: (stream: any RecognizerStream, place: Int)?
    /// Counts those that listened: what an earlier one still says is not ours to hear.
    private var generation = 0
    /// Those that failed since words were last settled.
    private var tried: Set<Int> = []
    /// Where in the whole of the audio the current one began.
    private var offset: Milliseconds = 0
    private var hasOpened = false
    private var awaitsEnd = false
    private var isFinishing = false
    private var isOver = false

    init(_ chain: RecognizerChain, _ request: RecognizerRequest, _ deliver: @escaping (RecognizerEvent) -> Void) {
        (self.chain, self.request, self.deliver) = (chain, request, deliver)
        replay = AudioReplay(request.format, longest: RecognizerChain.replayMax)
    }

    func begin() {
        guard !start() else { return }
        // Never before `listen` has returned.
        chain.loop.after(.zero) { [self] in end(.failed(StreamFault(.circuitOpen))) }
    }

    func hear(_ audio: Span<UInt8>) {
        guard !isOver, !isFinishing else { return }
        replay.append(audio)
        current?.stream.hear(audio)
    }

    func endTurn() {
        guard !isOver else { return }
        awaitsEnd = true
        current?.stream.endTurn()
    }

    func finish() {
        guard !isOver else { return }
        isFinishing = true
        current?.stream.finish()
    }

    func cancel() {
        guard !isOver else { return }
        isOver = true
        current?.stream.cancel()
        if let current { chain.priority.abandoned(current.place) }
        current = nil
    }

    private func start() -> Bool {
        guard let place = chain.priority.choose(except: tried) else { return false }
        generation += 1
        let mine = generation
        let stream = chain.recognizers[place].listen(request) { [self] event in
            // It holds this stream, whoever else lets go, until it ends or is cancelled.
            guard mine == generation, !isOver else { return }
            took(event)
        }
        current = (stream, place)
        return true
    }

    private func took(_ event: RecognizerEvent) {
        guard let place = current?.place else { return }
        switch event {
        case .opened:
            if !hasOpened { deliver(.opened) }
            hasOpened = true
        case .speechStarted(let time): deliver(.speechStarted(at: moved(time)))
        case .interim(let transcript): deliver(.interim(transcript.later(by: offset)))
        case .settled(let transcript):
            let transcript = transcript.later(by: offset)
            replay.settled(upTo: transcript.endedAt)
            works(place)
            deliver(.settled(transcript))
        case .endOfTurn(let end):
            awaitsEnd = false
            works(place)
            deliver(.endOfTurn(end))
        case .switched: deliver(event)
        case .ended:
            works(place)
            end(.ended)
        case .failed(let fault): failed(place, fault)
        }
    }

    private func works(_ place: Int) {
        tried = []
        chain.priority.succeeded(place)
    }

    private func failed(_ place: Int, _ fault: StreamFault) {
        chain.priority.failed(place, fault)
        current = nil
        tried.insert(place)
        offset = replay.startedAt
        guard fault.failsOver, start(), let next = current else { return end(.failed(fault)) }
        let names = chain.recognizers.map(\.name)
        deliver(.switched(ProviderSwitch(from: names[place], to: names[next.place], fault: fault)))
        guard !isOver else { return }
        // A stream delivers nothing from within `hear`, so nobody changes the replay meanwhile.
        replay.withBytes { next.stream.hear($0) }
        if awaitsEnd { next.stream.endTurn() }
        if isFinishing { next.stream.finish() }
    }

    private func moved(_ time: Milliseconds) -> Milliseconds { Milliseconds(time.count + offset.count) }

    private func end(_ event: RecognizerEvent) {
        guard !isOver else { return }
        isOver = true
        current = nil
        deliver(event)
    }
}
