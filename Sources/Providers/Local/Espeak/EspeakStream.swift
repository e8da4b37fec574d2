import Domain
import Loop

/// One utterance of espeak-ng's: a child for each sentence, one after the other. It tells no times of words. On its loop's thread
/// alone, which is why `@unchecked` holds.
final class EspeakStream: SynthesizerStream, @unchecked Sendable {
    /// Sentences that wait for the one that is spoken.
    static let waitingMax = 64

    /// A sentence that a child speaks, or will. It passes another thread, which does not look at it: so `@unchecked` holds.
    private final class Take: @unchecked Sendable {
        var child: SideProgram?
        var sound: EspeakSound?
    }

    private let format: SoundFormat
    private let voice: String
    private let wordsPerMinute: Int
    private let desk: EspeakDesk
    private let loop: Loop
    private let deliver: (SynthesizerEvent) -> Void

    private var text = SentenceCutter()
    private var waiting: [String] = []
    private var take: Take?
    private var isFinishing = false
    private var isOver = false
    private lazy var alarm = Alarm(on: loop) { [weak self] in self?.end(.failed(StreamFault(.stalled(.middle)))) }

    init(
        _ request: SynthesizerRequest, _ desk: EspeakDesk, on loop: Loop,
        _ deliver: @escaping (SynthesizerEvent) -> Void
    ) {
        (format, self.desk, self.loop, self.deliver) = (request.format, desk, loop, deliver)
        let pace = EspeakSynthesizer.pace * (request.speed.isFinite ? request.speed : 1)
        wordsPerMinute = Int(min(max(pace, EspeakSynthesizer.paces.lowerBound), EspeakSynthesizer.paces.upperBound))
        let voice = desk.voices.voice(named: request.voice, language: request.language)
        self.voice = voice ?? ""
        if voice == nil { end(.failed(StreamFault(.refused))) }
    }

    func say(_ text: String) {
        loop.checkIsolated()
        guard !isOver, !isFinishing else { return }
        waiting += self.text.add(text)
        goOn()
    }

    func finish() {
        loop.checkIsolated()
        guard !isOver, !isFinishing else { return }
        isFinishing = true
        if let rest = text.finish() { waiting.append(rest) }
        goOn()
    }

    func cancel() {
        loop.checkIsolated()
        isOver = true
        letGo()
    }

    private func goOn() {
        guard !isOver, take == nil else { return }
        guard waiting.count <= Self.waitingMax else { return end(.failed(StreamFault(.flooded))) }
        guard !waiting.isEmpty else {
            if isFinishing { end(.done) }
            return
        }
        let (sentence, take) = (waiting.removeFirst(), Take())
        self.take = take
        do throws(LaneFull) {
            try desk.speak(sentence, voice, wordsPerMinute: wordsPerMinute) { [self] result in
                let isTold = loop.execute { self.started(result, take) }
                // Nobody is left to take it back.
                if !isTold, case .success(let child) = result { child.kill() }
            }
            alarm.set(.now + EspeakDesk.patience)
        } catch {
            end(.failed(StreamFault(.overloaded)))
        }
    }

    private func started(_ result: Result<SideProgram, any Error>, _ take: Take) {
        switch result {
        case .failure:
            if take === self.take { end(.failed(StreamFault(.unreachable))) }
        case .success(let child):
            take.child = child
            guard take === self.take, !isOver else {
                Socket.close(child.output)
                return dismiss(child)
            }
            do throws(SystemError) {
                take.sound = try EspeakSound(child, format, on: loop) { [unowned self] said in took(said, take) }
            } catch {
                Socket.close(child.output)
                dismiss(child)
                take.child = nil
                end(.failed(StreamFault(.overloaded)))
            }
        }
    }

    private func took(_ said: EspeakSound.Said, _ take: Take) {
        guard !isOver, take === self.take, let child = take.child else { return }
        switch said {
        case .audio(let audio): deliver(.audio(audio))
        case .malformed: end(.failed(StreamFault(.malformed)))
        case .end:
            take.child = nil
            desk.reap(child) { [self] code in
                loop.execute { self.ended(code, take) }
            }
        }
    }

    private func ended(_ code: Int32?, _ take: Take) {
        guard !isOver, take === self.take else { return }
        self.take = nil
        alarm.cancel()
        if code == 0 { goOn() } else { end(.failed(StreamFault(.refused))) }
    }

    /// Told in the loop's next turn, and not from within the caller's own call.
    private func end(_ event: SynthesizerEvent) {
        letGo()
        isFinishing = true
        loop.atEndOfTurn { [self] in
            guard !isOver else { return }
            isOver = true
            deliver(event)
        }
    }

    private func letGo() {
        if let take {
            take.sound?.close()
            if let child = take.child { dismiss(child) }
            take.child = nil
        }
        take = nil
        waiting = []
        alarm.cancel()
    }

    private func dismiss(_ child: SideProgram) {
        child.kill()
        desk.reap(child) { _ in }
    }
}
