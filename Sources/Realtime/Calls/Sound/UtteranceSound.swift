import Domain

/// What a voice has made of one utterance, sentence behind sentence. It counts as its owner does, in whole milliseconds.
struct UtteranceSound {
    private let format: SoundFormat
    private let silence: UInt8
    private var sentences: [[UInt8]] = []
    /// Of each sentence, how many milliseconds its owner was told of.
    private var told: [Int64] = []

    init(_ format: SoundFormat, silence: UInt8) { (self.format, self.silence) = (format, silence) }

    /// The length of what is new, nil if it is less than a millisecond or more than an utterance may have.
    mutating func add(_ audio: [UInt8], to sentence: Int) -> Milliseconds? {
        guard told.reduce(0, +) < Limit.utteranceSound.count else { return nil }
        while sentences.count <= sentence {
            sentences.append([])
            told.append(0)
        }
        sentences[sentence] += audio
        let whole = format.duration(ofBytes: sentences[sentence].count).count
        defer { told[sentence] = whole }
        return whole > told[sentence] ? Milliseconds(whole - told[sentence]) : nil
    }

    /// Nothing more comes of it: what is left over becomes a whole millisecond.
    mutating func end(_ sentence: Int) -> Milliseconds? {
        guard sentences.indices.contains(sentence) else { return nil }
        let missing = format.bytes(in: Milliseconds(told[sentence])) - sentences[sentence].count
        guard missing < 0 else { return nil }
        let bytes = format.bytes(in: 1) + missing
        return add([UInt8](repeating: silence, count: bytes), to: sentence)
    }

    func piece(from place: Milliseconds, _ length: Milliseconds) -> [UInt8] {
        var skip = format.bytes(in: place)
        let count = format.bytes(in: length)
        var piece: [UInt8] = []
        for (sentence, audio) in sentences.enumerated() where piece.count < count {
            let known = audio.prefix(format.bytes(in: Milliseconds(told[sentence])))
            let rest = known.dropFirst(skip)
            skip = max(0, skip - known.count)
            piece += rest.prefix(count - piece.count)
        }
        piece += [UInt8](repeating: silence, count: count - piece.count)
        return piece
    }
}
