package import Domain
package import Loop

/// Synthesizers in the order of their priority, as one. When a voice breaks off, the next says what is left.
package final class SynthesizerChain: Synthesizer {
    package var name: String { synthesizers.first?.name ?? "none" }
    let synthesizers: [any Synthesizer]
    let priority: ProviderPriority
    let loop: Loop

    /// `priority` has one name for each synthesizer, in the same order.
    package init(_ synthesizers: [any Synthesizer], _ priority: ProviderPriority, on loop: Loop) {
        precondition(synthesizers.count == priority.snapshot.names.count, "a chain needs one name for each provider")
        (self.synthesizers, self.priority, self.loop) = (synthesizers, priority, loop)
    }

    package func speak(_ request: SynthesizerRequest, deliver: @escaping (SynthesizerEvent) -> Void)
        -> any SynthesizerStream
    {
        let stream = SynthesizerChainStream(self, request, deliver)
        stream.begin()
        return stream
    }
}

/// One utterance, whoever speaks it.
private final class SynthesizerChainStream: SynthesizerStream {
    private let chain: SynthesizerChain
    private let request: SynthesizerRequest
    private let deliver: (SynthesizerEvent) -> Void
    private var current: (stream: any SynthesizerStream, place: Int)?
    private var generation = 0
    private var tried: Set<Int> = []
    /// What the current one was given to say, and has given.
    private var text = ""
    private var words: [Word] = []
    private var bytes = 0
    /// What earlier ones gave.
    private var offset: Milliseconds = 0
    private var isFinishing = false
    private var isOver = false

    init(_ chain: SynthesizerChain, _ request: SynthesizerRequest, _ deliver: @escaping (SynthesizerEvent) -> Void) {
        (self.chain, self.request, self.deliver) = (chain, request, deliver)
    }

    func begin() {
        guard !start() else { return }
        // Never before `speak` has returned.
        chain.loop.after(.zero) { [self] in end(.failed(StreamFault(.circuitOpen))) }
    }

    func say(_ text: String) {
        guard !isOver else { return }
        self.text += text
        current?.stream.say(text)
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
        let stream = chain.synthesizers[place].speak(request) { [self] event in
            // It holds this stream, whoever else lets go, until it ends or is cancelled.
            guard mine == generation, !isOver else { return }
            took(event)
        }
        current = (stream, place)
        return true
    }

    private func took(_ event: SynthesizerEvent) {
        guard let place = current?.place else { return }
        switch event {
        case .audio(let audio):
            bytes += audio.count
            deliver(event)
        case .words(let more):
            words += more
            deliver(.words(more.map(moved)))
        case .switched: deliver(event)
        case .done:
            chain.priority.succeeded(place)
            end(.done)
        case .failed(let fault): failed(place, fault)
        }
    }

    private func failed(_ place: Int, _ fault: StreamFault) {
        chain.priority.failed(place, fault)
        current = nil
        tried.insert(place)
        let given = request.format.duration(ofBytes: bytes)
        let rest = SpeechRemainder.of(text, words: words, given: given)
        offset = Milliseconds(offset.count + given.count)
        (text, words, bytes) = (rest, [], 0)
        if fault.failsOver, rest.isEmpty, isFinishing { return end(.done) }
        guard fault.failsOver, start(), let next = current else { return end(.failed(fault)) }
        let names = chain.synthesizers.map(\.name)
        deliver(.switched(ProviderSwitch(from: names[place], to: names[next.place], fault: fault)))
        guard !isOver else { return }
        if !rest.isEmpty { next.stream.say(rest) }
        if isFinishing { next.stream.finish() }
    }

    private func moved(_ word: Word) -> Word {
        Word(
            text: word.text, startedAt: Milliseconds(word.startedAt.count + offset.count),
            endedAt: Milliseconds(word.endedAt.count + offset.count), confidence: word.confidence)
    }

    private func end(_ event: SynthesizerEvent) {
        guard !isOver else { return }
        isOver = true
        current = nil
        deliver(event)
    }
}
