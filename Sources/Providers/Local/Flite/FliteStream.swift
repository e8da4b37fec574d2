import Domain
import Loop

/// One utterance of Flite's: sentence follows sentence, and what comes of them comes here. On its loop's thread alone, which is why
/// `@unchecked` holds.
final class FliteStream: SynthesizerStream, @unchecked Sendable {
    /// Sentences that wait for the one that is spoken.
    static let waitingMax = 64

    private let format: SoundFormat
    private let voice: LocalSettings.Voice
    private let speed: Double
    private let desk: FliteDesk
    private let loop: Loop
    private let deliver: (SynthesizerEvent) -> Void

    private var text = FliteText()
    private var waiting: [FliteSentence] = []
    private var take: FliteTake?
    private var isFinishing = false
    private var isOver = false
    /// Bytes given, which say where the next sentence stands.
    private var given = 0

    init(
        _ request: SynthesizerRequest, _ desk: FliteDesk, on loop: Loop, _ deliver: @escaping (SynthesizerEvent) -> Void
    ) {
        (format, self.desk, self.loop, self.deliver) = (request.format, desk, loop, deliver)
        voice = desk.voice(named: request.voice)
        speed = min(max(request.speed, FliteSynthesizer.speeds.lowerBound), FliteSynthesizer.speeds.upperBound)
        let language = request.language.lowercased()
        if language != "en", !language.hasPrefix("en-") { end(.failed(StreamFault(.refused))) }
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
        let (sentence, take) = (waiting.removeFirst(), FliteTake())
        let (start, format, voice, speed, loop) = (given, format, voice, speed, loop)
        do throws(LaneFull) {
            try desk.give { [self] in
                let outcome = FliteMouth.speak(sentence, voice, speed: speed, format, unless: { take.isStopped }) {
                    said in
                    loop.execute { self.took(said, of: sentence, from: start, take) }
                }
                loop.execute { self.ended(outcome, take) }
            }
            self.take = take
        } catch {
            end(.failed(StreamFault(.overloaded)))
        }
    }

    private func took(_ said: FliteMouth.Said, of sentence: FliteSentence, from start: Int, _ take: FliteTake) {
        guard !isOver, take === self.take else { return }
        switch said {
        case .tokens(let seconds):
            let words = sentence.words(endingAt: seconds, from: format.duration(ofBytes: start))
            if !words.isEmpty { deliver(.words(words)) }
        case .audio(let audio):
            given += audio.count
            deliver(.audio(audio))
        }
    }

    private func ended(_ outcome: FliteMouth.Outcome, _ take: FliteTake) {
        guard !isOver, take === self.take else { return }
        self.take = nil
        switch outcome {
        case .spoken, .stopped: goOn()
        case .failed: end(.failed(StreamFault(.malformed)))
        case .noVoice: end(.failed(StreamFault(.unreachable)))
        }
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
        take?.stop()
        take = nil
        waiting = []
    }
}
