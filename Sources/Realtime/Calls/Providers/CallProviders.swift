import Domain
import HTTP
import Loop
import Providers

/// Everybody who hears, thinks and speaks for the calls of one loop. On its thread alone.
final class CallProviders {
    /// Shorter than a call's own patience, so that a stall is told by the stream that it is of.
    private static let middle = Duration.milliseconds(2_500)

    let recognizers: ProviderShelf<any Recognizer>
    let thinkers: ProviderShelf<any Thinker>
    let synthesizers: ProviderShelf<any Synthesizer>
    private let vendorsVoice: String
    private let flite: FliteDesk?
    let models: [ModelName]
    private let close: () -> Void

    init(
        _ settings: ProviderSettings, _ engines: LocalEngines, _ minds: LocalMinds, on loop: Loop, _ client: HTTPClient
    ) {
        var deadlines = StreamDeadlines()
        deadlines.middle = Self.middle
        var recognizers: [(name: String, adapter: any Recognizer)] = []
        var synthesizers: [(name: String, adapter: any Synthesizer)] = []
        var closes: [() -> Void] = []
        if let key = settings.deepgram {
            var deepgram = DeepgramSettings(
                url: settings.deepgramURL.text, key: key, model: settings.deepgramModel)
            deepgram.deadlines = deadlines
            let recognizer = DeepgramRecognizer(deepgram, on: loop)
            recognizers.append((recognizer.name, recognizer))
            closes.append(recognizer.close)
        }
        // Who has put a model there wants it before what understands an agent's phrases alone.
        if let dictation = minds.dictation { recognizers.append(("vosk", VoskRecognizer(dictation, on: loop))) }
        if let hearing = minds.hearing { recognizers.append(("sphinx", SphinxRecognizer(hearing, on: loop))) }
        if let key = settings.cartesia {
            var cartesia = CartesiaSettings(url: settings.cartesiaURL.text, key: key, model: settings.cartesiaModel)
            cartesia.deadlines = deadlines
            let synthesizer = CartesiaSynthesizer(cartesia, on: loop)
            synthesizers.append((synthesizer.name, synthesizer))
            closes.append(synthesizer.close)
        }
        if let flite = engines.flite { synthesizers.append(("flite", FliteSynthesizer(flite, on: loop))) }
        if let espeak = engines.espeak { synthesizers.append(("espeak", EspeakSynthesizer(espeak, on: loop))) }
        var chats: [ChatSettings] = []
        if let key = settings.groq {
            chats.append(
                ChatSettings(name: "groq", url: settings.groqURL.text, key: key, model: settings.groqModel))
        }
        if let key = settings.openAI {
            chats.append(
                ChatSettings(name: "openai", url: settings.openAIURL.text, key: key, model: settings.openAIModel))
        }
        if let url = settings.ownModelURL, let model = settings.ownModel {
            chats.append(ChatSettings(name: "own", url: url.text, key: nil, model: model, limitName: .older))
        }
        var thinkers = chats.map { chat in
            var chat = chat
            chat.deadlines = deadlines
            return (name: chat.name, adapter: ChatThinker(chat, client) as any Thinker)
        }
        var models = chats.map { ModelName(provider: $0.name, model: $0.model) }
        if let thinking = minds.thinking {
            thinkers.append((LocalThinker.model.provider, LocalThinker(thinking, on: loop)))
            models.append(LocalThinker.model)
        }
        self.models = models
        self.recognizers = ProviderShelf(recognizers)
        self.synthesizers = ProviderShelf(synthesizers)
        self.thinkers = ProviderShelf(thinkers)
        vendorsVoice = settings.cartesiaVoice
        flite = engines.flite
        close = { for close in closes { close() } }
    }

    /// What an agent's voice is called there: its own name for it, or that of the voice for agents that name none.
    func voice(_ wanted: String?, of provider: String) -> String {
        if provider == "flite", let flite { return flite.voice(named: wanted).rawValue }
        // It goes by the language where the voice is none of its own.
        if provider == "espeak" { return wanted ?? "" }
        return wanted ?? vendorsVoice
    }

    /// Of the settings, what a call would lack; nil if it lacks nothing.
    var lack: LacksProviders? {
        if recognizers.isEmpty { return .hearing }
        if thinkers.isEmpty { return .thinking }
        return synthesizers.isEmpty ? .speaking : nil
    }

    func shutdown() { close() }
}
