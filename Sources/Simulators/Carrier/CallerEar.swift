import Domain

/// The telephone at the far end: plays what it is given at the pace of the line, and understands what was really played; pure.
///
/// What is cleared before it was played was never heard.
struct CallerEar {
    /// More audio than this waits for nobody.
    static let waitingMax = 60 * 8_000

    private enum Piece {
        case audio([UInt8])
        case mark(String)
    }

    private var waiting: [Piece] = []
    private var waitingBytes = 0
    private var ear = WordEar()
    private var keyEar = KeyEar()
    private var sound = SimulatedSound(.telephone)
    private(set) var words: [Word] = []
    /// Words since the caller last listened anew.
    private(set) var wordsOfUtterance = 0
    /// Played since then, and not quiet: for voices whose words nobody understands.
    private(set) var loudFrames = 0
    private(set) var clears = 0
    /// How many bytes came that had no place.
    private(set) var dropped = 0

    var keys: String { keyEar.keys }
    var quietFor: Milliseconds { ear.quietFor }
    var isEmpty: Bool { waiting.isEmpty }

    mutating func given(_ order: MediaDialect.Order) -> [String] {
        switch order {
        case .media(let audio):
            guard waitingBytes + audio.count <= Self.waitingMax else {
                dropped += audio.count
                return []
            }
            waitingBytes += audio.count
            waiting.append(.audio(audio))
            return []
        case .mark(let name):
            // With nothing before it, it is reached at once.
            guard !waiting.isEmpty else { return [name] }
            waiting.append(.mark(name))
            return []
        case .nothing: return []
        case .clear:
            clears += 1
            let marks = waiting.compactMap { if case .mark(let name) = $0 { name } else { nil } }
            (waiting, waitingBytes) = ([], 0)
            return marks
        }
    }

    /// Plays the next `count` bytes, silence where there are none; and the marks that were reached.
    mutating func play(_ count: Int) -> (audio: [UInt8], marks: [String]) {
        var audio: [UInt8] = []
        var marks: [String] = []
        while let piece = waiting.first {
            switch piece {
            case .mark(let name):
                marks.append(name)
                waiting.removeFirst()
                continue
            case .audio(let bytes):
                let room = count - audio.count
                if room == 0 { break }
                audio += bytes.prefix(room)
                waitingBytes -= min(room, bytes.count)
                if bytes.count > room {
                    waiting[0] = .audio(Array(bytes.dropFirst(room)))
                } else {
                    waiting.removeFirst()
                }
                continue
            }
            break
        }
        audio += [UInt8](repeating: G711.muLaw.silence, count: count - audio.count)
        let samples = sound.samples(audio)
        keyEar.hear(samples)
        for case .word(let word) in ear.hear(samples) {
            words.append(word)
            wordsOfUtterance += 1
        }
        if ear.quietFor < 20 { loudFrames += 1 }
        return (audio, marks)
    }

    /// From here on it is another utterance.
    mutating func listenAnew() { (wordsOfUtterance, loudFrames) = (0, 0) }
}
