package import Domain
package import Loop

/// Models in the order of their priority, as one. The next is asked only while nothing of an answer has come: what was
/// spoken can't be taken back, and another model would begin again.
package final class ThinkerChain: Thinker {
    package var name: String { thinkers.first?.name ?? "none" }
    let thinkers: [any Thinker]
    let priority: ProviderPriority
    let loop: Loop

    /// `priority` has one name for each thinker, in the same order.
    package init(_ thinkers: [any Thinker], _ priority: ProviderPriority, on loop: Loop) {
        precondition(thinkers.count == priority.snapshot.names.count, "a chain needs one name for each provider")
        (self.thinkers, self.priority, self.loop) = (thinkers, priority, loop)
    }

    package func think(_ request: ThinkerRequest, deliver: @escaping (ThinkerEvent) -> Void) -> any ThinkerStream {
        let stream = ThinkerChainStream(self, request, deliver)
        stream.begin()
        return stream
    }
}

/// One answer, whoever gives it.
private final class ThinkerChainStream: ThinkerStream {
    private let chain: ThinkerChain
    private let request: ThinkerRequest
    private let deliver: (ThinkerEvent) -> Void
    private var current: (stream: any ThinkerStream, place: Int)?
    private var generation = 0
    private var tried: Set<Int> = []
    private var hasAnswered = false
    private var isOver = false

    init(_ chain: ThinkerChain, _ request: ThinkerRequest, _ deliver: @escaping (ThinkerEvent) -> Void) {
        (self.chain, self.request, self.deliver) = (chain, request, deliver)
    }

    func begin() {
        guard !start() else { return }
        // Never before `think` has returned.
        chain.loop.after(.zero) { [self] in end(.failed(StreamFault(.circuitOpen))) }
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
        let stream = chain.thinkers[place].think(request) { [self] event in
            // It holds this stream, whoever else lets go, until it ends or is cancelled.
            guard mine == generation, !isOver else { return }
            took(event)
        }
        current = (stream, place)
        return true
    }

    private func took(_ event: ThinkerEvent) {
        guard let place = current?.place else { return }
        switch event {
        case .text, .tool:
            hasAnswered = true
            deliver(event)
        case .usage, .switched: deliver(event)
        case .finished:
            chain.priority.succeeded(place)
            end(event)
        case .failed(let fault): failed(place, fault)
        }
    }

    private func failed(_ place: Int, _ fault: StreamFault) {
        chain.priority.failed(place, fault)
        current = nil
        tried.insert(place)
        guard fault.failsOver, !hasAnswered, start(), let next = current else { return end(.failed(fault)) }
        let names = chain.thinkers.map(\.name)
        deliver(.switched(ProviderSwitch(from: names[place], to: names[next.place], fault: fault)))
    }

    private func end(_ event: ThinkerEvent) {
        guard !isOver else { return }
        isOver = true
        current = nil
        deliver(event)
    }
}
