import Domain
import Loop

/// One live recognition: performs what its machine says, on the loop's thread alone.
final class SphinxStream: RecognizerStream, @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    private let loop: Loop
    private let pool: SphinxPool
    private let speech: ExpectedSpeech
    private let home: Int
    private let format: SoundFormat
    private let deliver: (RecognizerEvent) -> Void
    private var machine: SphinxListening
    private var samples: SampleReader
    private lazy var alarm = Alarm(on: loop) { [weak self] in self?.woke() }

    init(_ recognizer: SphinxRecognizer, _ request: RecognizerRequest, _ deliver: @escaping (RecognizerEvent) -> Void) {
        (loop, pool) = (recognizer.loop, recognizer.pool)
        speech = ExpectedSpeech(phrases: request.phrases + request.terms, pronunciations: request.pronunciations)
        home = pool.home()
        format = request.format
        samples = SampleReader(request.format.encoding)
        machine = SphinxListening(rate: request.format.rate, patience: pool.settings.patience)
        self.deliver = deliver
    }

    func start() {
        guard format.rate == 8_000 || format.rate == 16_000 else { return fail(StreamFault(.refused)) }
        do throws(LaneFull) {
            try pool.prepare(speech, home: home) { [weak self, loop] fault in
                loop.execute { [self] in
                    guard let self else { return }
                    self.perform(fault.map { self.machine.failed($0) } ?? self.machine.opened())
                }
            }
        } catch {
            fail(StreamFault(.overloaded))
        }
        alarm.set(machine.wakeAt)
    }

    func hear(_ audio: Span<UInt8>) {
        loop.checkIsolated()
        guard !machine.isOver, !audio.isEmpty else { return }
        perform(machine.heard(samples.read(audio), at: .now))
    }

    func endTurn() { perform(machine.turnEnded(at: .now)) }
    func finish() { perform(machine.finished(at: .now)) }

    private func woke() { perform(machine.woke(at: .now)) }

    func cancel() {
        loop.checkIsolated()
        machine.cancel()
        alarm.cancel()
    }

    /// Told when it is woken, not from within the caller's own call.
    private func fail(_ fault: StreamFault) {
        machine.willFail(fault)
        alarm.set(machine.wakeAt)
    }

    private func understand(_ take: SphinxTake) {
        do throws(LaneFull) {
            try pool.understand(take, speech, home: home) { [weak self, loop] result in
                loop.execute { [self] in
                    guard let self else { return }
                    self.perform(self.machine.understood(take.number, result, at: .now))
                }
            }
        } catch {
            // A glimpse that nobody has time for is none; the end of a turn must be heard.
            if take.purpose == .glimpse { machine.dropped(take.number) } else { fail(StreamFault(.overloaded)) }
        }
    }

    private func perform(_ steps: [SphinxListening.Step]) {
        loop.checkIsolated()
        for step in steps {
            switch step {
            case .deliver(let event): if !machine.isCancelled { deliver(event) }
            case .understand(let take): understand(take)
            }
        }
        if machine.isOver { alarm.cancel() } else { alarm.set(machine.wakeAt) }
    }
}
