import Domain
import Providers

/// One caller's recognizer, and the sound it would need again. On its call's loop alone.
final class CallEar {
    /// A recognizer that hears a pause behind the words is this sure that the turn is over.
    private static let pauseOpinion = Fraction(percent: 80)

    private let providers: CallProviders
    private let request: RecognizerRequest
    private let deliver: (Input) -> Void
    private var tape: CallerTape
    private var current: (number: RecognizerNumber, provider: String, stream: any RecognizerStream)?

    init(_ providers: CallProviders, _ request: RecognizerRequest, _ deliver: @escaping (Input) -> Void) {
        (self.providers, self.request, self.deliver) = (providers, request, deliver)
        tape = CallerTape(request.format)
    }

    /// Where the next sound will stand.
    var place: Milliseconds { tape.end }

    /// The sound that was heard last, as far as there is so much.
    func latest(_ length: Milliseconds) -> ArraySlice<UInt8> { tape.sound(from: max(0, tape.end - length)).audio }

    func hear(_ audio: Span<UInt8>) {
        tape.append(audio)
        current?.stream.hear(audio)
    }

    func start(_ number: RecognizerNumber, _ provider: String, from place: Milliseconds?) {
        stopCurrent()
        guard let recognizer = providers.recognizers.take(provider) else {
            return deliver(.failed(.recognizer(number), .circuitOpen, status: nil))
        }
        let (audio, offset) = tape.sound(from: place ?? tape.end)
        let stream = recognizer.listen(request) { [weak self] event in
            self?.took(event, number, provider, offset)
        }
        current = (number, provider, stream)
        if !audio.isEmpty { stream.hear(audio.span) }
    }

    func stop(_ number: RecognizerNumber) { if current?.number == number { stopCurrent() } }

    func endTurn(_ number: RecognizerNumber) { if current?.number == number { current?.stream.endTurn() } }

    private func stopCurrent() {
        guard let stopped = current else { return }
        current = nil
        stopped.stream.cancel()
        providers.recognizers.abandoned(stopped.provider)
    }

    private func took(
        _ event: RecognizerEvent, _ number: RecognizerNumber, _ provider: String, _ offset: Milliseconds
    ) {
        guard current?.number == number else { return }
        switch event {
        case .opened, .speechStarted, .switched: break
        case .interim(let text): if !text.isEmpty { deliver(.partial(transcript(text, number, offset))) }
        case .settled(let text):
            if let downFor = providers.recognizers.succeeded(provider) {
                deliver(.recovered(.transcription, provider: provider, downFor: Milliseconds(downFor)))
            }
            deliver(.final(transcript(text, number, offset)))
        case .endOfTurn(let end): if end == .pause { deliver(.endOfTurn(number, Self.pauseOpinion)) }
        case .ended: failed(StreamFault(.disconnected), number, provider)
        case .failed(let fault): failed(fault, number, provider)
        }
    }

    private func failed(_ fault: StreamFault, _ number: RecognizerNumber, _ provider: String) {
        current = nil
        providers.recognizers.failed(provider, fault)
        deliver(.failed(.recognizer(number), fault.fault, status: fault.status))
    }

    private func transcript(_ text: RecognizedText, _ number: RecognizerNumber, _ offset: Milliseconds) -> Transcript {
        let moved = text.later(by: offset)
        return Transcript(
            recognizer: number, text: moved.text, confidence: moved.confidence, startedAt: moved.startedAt,
            endedAt: moved.endedAt, words: moved.words.isEmpty ? nil : moved.words, language: request.language)
    }
}
