import Domain
import Loop

/// One live recognition: performs what its machine says, on the loop's thread alone.
final class VoskStream: RecognizerStream, @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    private let loop: Loop
    private let lane: Lane
    private let seat: VoskSeat
    private let deliver: (RecognizerEvent) -> Void
    private var machine: VoskListening
    private var samples: SampleReader
    private lazy var alarm = Alarm(on: loop) { [weak self] in self?.woke() }

    init(_ recognizer: VoskRecognizer, _ request: RecognizerRequest, _ deliver: @escaping (RecognizerEvent) -> Void) {
        loop = recognizer.loop
        lane = recognizer.desk.lane()
        seat = VoskSeat(recognizer.desk.model, rate: request.format.rate)
        machine = VoskListening(rate: request.format.rate, patience: recognizer.desk.settings.patience)
        samples = SampleReader(request.format.encoding)
        self.deliver = deliver
    }

    func start() {
        ask { seat in
            seat.open()
        } then: { [weak self] fault in
            guard let self else { return }
            self.perform(fault.map { self.machine.failed($0) } ?? self.machine.opened())
        }
        alarm.set(machine.wakeAt)
    }

    func hear(_ audio: Span<UInt8>) {
        loop.checkIsolated()
        guard !machine.isOver, !audio.isEmpty else { return }
        perform(machine.heard(samples.read(audio)))
    }

    func endTurn() { perform(machine.turnEnded(at: .now)) }
    func finish() { perform(machine.finished(at: .now)) }

    private func woke() { perform(machine.woke(at: .now)) }

    func cancel() {
        loop.checkIsolated()
        machine.cancel()
        alarm.cancel()
    }

    private func perform(_ steps: [VoskListening.Step]) {
        loop.checkIsolated()
        for step in steps {
            switch step {
            case .deliver(let event): if !machine.isCancelled { deliver(event) }
            case .hear(let samples):
                ask { seat in
                    seat.hear(samples)
                } then: { [weak self] result in
                    self?.answered(result)
                }
            case .conclude:
                ask { seat in
                    seat.conclude()
                } then: { [weak self] result in
                    self?.concluded(result)
                }
            }
        }
        if machine.isOver { alarm.cancel() } else { alarm.set(machine.wakeAt) }
    }

    private func answered(_ result: Result<VoskAnswer, StreamFault>) {
        switch result {
        case .success(let answer): perform(machine.answered(answer))
        case .failure(let fault): perform(machine.failed(fault))
        }
    }

    private func concluded(_ result: Result<VoskAnswer, StreamFault>) {
        switch result {
        case .success(.ended(let text)): perform(machine.concluded(text))
        case .success(.goesOn): perform(machine.failed(StreamFault(.malformed)))
        case .failure(let fault): perform(machine.failed(fault))
        }
    }

    private func ask<Answer: Sendable>(
        _ work: @escaping @Sendable (VoskSeat) -> Answer, then: @escaping @Sendable (Answer) -> Void
    ) {
        do throws(LaneFull) {
            try lane.give { [seat, loop] in
                let answer = work(seat)
                loop.execute { then(answer) }
            }
        } catch {
            // Told when it is woken, not from within the caller's own call.
            machine.willFail(StreamFault(.overloaded))
        }
    }
}
