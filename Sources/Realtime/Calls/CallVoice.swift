import Domain
import Providers

/// What voices are making for one call, and what they have made and is not yet forgotten. On its loop alone.
final class CallVoice {
    private struct Sentence: Hashable {
        let utterance: UtteranceID
        let place: Int
    }

    private let providers: CallProviders
    private let format: SoundFormat
    private let silence: UInt8
    private let language: String
    private let deliver: (Input) -> Void
    private var streams: [Sentence: (provider: String, stream: any SynthesizerStream)] = [:]
    private var sounds: [UtteranceID: UtteranceSound] = [:]

    init(
        _ providers: CallProviders, _ law: G711, language: String, _ deliver: @escaping (Input) -> Void
    ) {
        (self.providers, self.language, self.deliver) = (providers, language, deliver)
        format = SoundFormat(.g711(law), rate: G711.sampleRate)
        silence = law.silence
    }

    /// Each sentence is a stream of its own, so that each can fail and be asked for again by itself.
    func speak(_ request: SpeakRequest) {
        let sentence = Sentence(utterance: request.utterance, place: request.sentence)
        stop(sentence)
        guard let synthesizer = providers.synthesizers.take(request.voice.provider) else {
            return deliver(
                .failed(.voice(request.utterance, sentence: request.sentence), .circuitOpen, status: nil))
        }
        if sounds[request.utterance] == nil {
            sounds[request.utterance] = UtteranceSound(format, silence: silence)
        }
        let asked = SynthesizerRequest(
            format: format, voice: request.voice.voice, language: language, speed: Double(request.rate) / 100)
        let stream = synthesizer.speak(asked) { [weak self] event in self?.took(event, sentence) }
        streams[sentence] = (request.voice.provider, stream)
        stream.say(request.text.revealed)
        stream.finish()
    }

    func release(_ utterance: UtteranceID) {
        for sentence in streams.keys.filter({ $0.utterance == utterance }) { stop(sentence) }
        sounds[utterance] = nil
    }

    func releaseAll() {
        for sentence in Array(streams.keys) { stop(sentence) }
        sounds = [:]
    }

    func piece(of utterance: UtteranceID, from place: Milliseconds, _ length: Milliseconds) -> [UInt8] {
        sounds[utterance]?.piece(from: place, length)
            ?? [UInt8](repeating: silence, count: format.bytes(in: length))
    }

    private func stop(_ sentence: Sentence) {
        guard let stopped = streams.removeValue(forKey: sentence) else { return }
        stopped.stream.cancel()
        providers.synthesizers.abandoned(stopped.provider)
    }

    private func took(_ event: SynthesizerEvent, _ sentence: Sentence) {
        guard let provider = streams[sentence]?.provider else { return }
        let (utterance, place) = (sentence.utterance, sentence.place)
        switch event {
        case .audio(let audio):
            if let length = sounds[utterance]?.add(audio, to: place) {
                deliver(.voiced(utterance, sentence: place, length))
            }
        case .words(let words):
            deliver(.timed(utterance, sentence: place, words.map { WordTime(text: $0.text, endsAt: $0.endedAt) }))
        case .switched: break
        case .done:
            streams[sentence] = nil
            if let downFor = providers.synthesizers.succeeded(provider) {
                deliver(.recovered(.voice, provider: provider, downFor: Milliseconds(downFor)))
            }
            if let length = sounds[utterance]?.end(place) { deliver(.voiced(utterance, sentence: place, length)) }
            deliver(.voiceEnded(utterance, sentence: place))
        case .failed(let fault):
            streams[sentence] = nil
            providers.synthesizers.failed(provider, fault)
            deliver(.failed(.voice(utterance, sentence: place), fault.fault, status: fault.status))
        }
    }
}
