import Domain
import Wire

/// What Deepgram would say to audio, pure: samples go in, its messages come out. It knows only what it hears.
struct DeepgramHearing {
    struct Options {
        var format = SoundFormat.telephone
        /// The pause that ends a turn; nil never does.
        var endpointing: Milliseconds? = 10
        var utteranceEnd: Milliseconds?
        var saysInterims = false
        var saysSpeech = false
        /// What every voice is understood as; nil understands the words of `WordTones`.
        var voiceSays: String?
    }

    /// Less than this is no voice but a crackle.
    private static let voiceLeast: Int64 = 160

    /// It says something about every second of audio, if only that there was nothing.
    private static let silenceTold: Int64 = 1_000
    /// So many samples are looked at at once, so that pauses are found in long pieces too.
    private static let step = Milliseconds(20)

    private let options: Options
    private var ear: WordEar
    private var sound: SimulatedSound
    private var pending: [Word] = []
    private var toldUpTo: Int64 = 0
    private var lastWordAt: Int64?
    /// Where the voice that is heard began, and how much of it was loud.
    private var voice: (since: Int64, loud: Int64)?

    init(_ options: Options) {
        self.options = options
        ear = WordEar(rate: options.format.rate)
        sound = SimulatedSound(options.format)
    }

    mutating func hear(_ audio: [UInt8]) -> [JSONValue] {
        var messages: [JSONValue] = []
        let samples = sound.samples(audio)
        let step = Int(Self.step.count) * options.format.rate / 1_000
        for start in stride(from: 0, to: samples.count, by: step) {
            hear(Array(samples[start..<min(start + step, samples.count)]), into: &messages)
        }
        return messages
    }

    private mutating func hear(_ samples: [Int16], into messages: inout [JSONValue]) {
        let heard = ear.hear(samples)
        listenToVoice(Int64(samples.count) * 1_000 / Int64(options.format.rate))
        for heard in heard {
            switch heard {
            case .began(let time):
                guard options.saysSpeech else { break }
                messages.append(
                    .object([
                        ("type", .string("SpeechStarted")), ("channel", .array([.integer(0), .integer(1)])),
                        ("timestamp", .seconds(time.count)),
                    ]))
            case .word(let word):
                pending.append(word)
                if options.saysInterims { messages.append(results(isFinal: false)) }
            }
        }
        if let pause = options.endpointing, !pending.isEmpty, ear.quietFor >= pause {
            messages.append(settle(endsSpeech: true))
        }
        if let pause = options.utteranceEnd, let last = lastWordAt, pending.isEmpty, ear.quietFor >= pause {
            lastWordAt = nil
            messages.append(
                .object([
                    ("type", .string("UtteranceEnd")), ("channel", .array([.integer(0), .integer(1)])),
                    ("last_word_end", .seconds(last)),
                ]))
        }
        if pending.isEmpty, ear.heardUpTo.count - toldUpTo >= Self.silenceTold {
            messages.append(settle(endsSpeech: false))
        }
    }

    /// Nobody's voice has words that a machine as simple as this could read. That one was heard, when and for how long, it
    /// can tell, so the words are given, and lie evenly in what was heard.
    private mutating func listenToVoice(_ length: Int64) {
        guard options.voiceSays != nil else { return }
        let now = ear.heardUpTo.count
        if ear.quietFor.count < length {
            voice = (voice?.since ?? now - length, (voice?.loud ?? 0) + length)
        } else if ear.quietFor.count >= (options.endpointing ?? 0).count {
            understandVoice()
        }
    }

    private mutating func understandVoice() {
        guard let text = options.voiceSays, let heard = voice else { return }
        voice = nil
        guard heard.loud >= Self.voiceLeast else { return }
        let words = text.split(separator: " ")
        let each = (ear.heardUpTo.count - ear.quietFor.count - heard.since) / Int64(max(1, words.count))
        pending += words.enumerated().map { place, word in
            let start = heard.since + Int64(place) * each
            return Word(
                text: Private(String(word)), startedAt: Milliseconds(start), endedAt: Milliseconds(start + each))
        }
    }

    /// Everything it has, now.
    mutating func finalize() -> JSONValue {
        understandVoice()
        return settle(endsSpeech: false, isAsked: true)
    }

    mutating func finish() -> [JSONValue] {
        let last = pending.isEmpty ? [] : [settle(endsSpeech: true)]
        let metadata = JSONValue.object([
            ("type", .string("Metadata")), ("transaction_key", .string("deprecated")),
            ("request_id", .string(Self.requestID)), ("sha256", .string(String(repeating: "0", count: 64))),
            ("created", .string("2026-01-01T00:00:00.000Z")), ("duration", .seconds(ear.heardUpTo.count)),
            ("channels", .integer(1)),
        ])
        return last + [metadata]
    }

    private mutating func settle(endsSpeech: Bool, isAsked: Bool = false) -> JSONValue {
        let message = results(isFinal: true, endsSpeech: endsSpeech, isAsked: isAsked)
        if let last = pending.last { lastWordAt = last.endedAt.count }
        toldUpTo = ear.heardUpTo.count
        pending = []
        return message
    }

    private static let requestID = "00000000-0000-4000-8000-000000000001"

    private func results(isFinal: Bool, endsSpeech: Bool = false, isAsked: Bool = false) -> JSONValue {
        let words = pending.map { word in
            JSONValue.object([
                ("word", .string(word.text.revealed.lowercased().filter { $0.isLetter || $0.isNumber })),
                ("start", .seconds(word.startedAt.count)), ("end", .seconds(word.endedAt.count)),
                ("confidence", .double(0.99)), ("punctuated_word", .string(word.text.revealed)),
            ])
        }
        let text = pending.map(\.text.revealed).joined(separator: " ")
        return .object([
            ("type", .string("Results")), ("channel_index", .array([.integer(0), .integer(1)])),
            ("duration", .seconds(ear.heardUpTo.count - toldUpTo)), ("start", .seconds(toldUpTo)),
            ("is_final", .bool(isFinal)), ("speech_final", .bool(endsSpeech)), ("from_finalize", .bool(isAsked)),
            (
                "channel",
                .object([
                    (
                        "alternatives",
                        .array([
                            .object([
                                ("transcript", .string(text)), ("confidence", .double(text.isEmpty ? 0 : 0.99)),
                                ("words", .array(words)),
                            ])
                        ])
                    )
                ])
            ),
            (
                "metadata",
                .object([
                    ("request_id", .string(Self.requestID)), ("model_uuid", .string(Self.requestID)),
                    (
                        "model_info",
                        .object([
                            ("name", .string("simulated")), ("version", .string("1")), ("arch", .string("simulated")),
                        ])
                    ),
                ])
            ),
        ])
    }
}
