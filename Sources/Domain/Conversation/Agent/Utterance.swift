/// One thing we say. It is planned, then its sound is on its way, perhaps held, and in the end it was heard, cut or dropped.
struct Utterance: Hashable, Sendable {
    enum Kind: Hashable {
        case reply(ReplyID)
        case greeting
        /// A line by rote: an apology, a prompt, a farewell, what somebody ordered.
        case line
        /// Said while a tool takes its time; it answers nothing.
        case filler
    }

    enum Phase: Hashable {
        /// Nothing was sent. → playing, or dropped
        case planned
        /// → held, or heard, or cut
        case playing
        /// The caller may be breaking in, or cannot be reached; the carrier has nothing of it. → playing, or cut
        case held
    }

    let id: UtteranceID
    let kind: Kind
    let turn: TurnID?
    let isInterruptible: Bool
    var voice: VoiceName
    var phase = Phase.planned
    /// More sentences may come.
    var isOpen: Bool
    private(set) var sentences: [Sentence] = []
    var playout: Playout
    /// Of the reply that it says.
    var firstTokenAt: Instant?
    var firstVoicedAt: Instant?
    /// When the voice was last asked for something, or gave something.
    var lastVoiceAt: Instant

    init(
        id: UtteranceID, kind: Kind, turn: TurnID?, isInterruptible: Bool, voice: VoiceName, isOpen: Bool,
        playout: PlayoutSettings, at now: Instant
    ) {
        lastVoiceAt = now
        self.id = id
        self.kind = kind
        self.turn = turn
        self.isInterruptible = isInterruptible
        self.voice = voice
        self.isOpen = isOpen
        self.playout = Playout(playout)
    }

    /// The sound that may be sent: of all sentences up to the first that is not whole.
    private(set) var available: Milliseconds = 0

    /// Sentences whose sound has not all been sent.
    var waiting: Int {
        var (place, count) = (Milliseconds(0), 0)
        for sentence in sentences {
            place += sentence.length
            if !sentence.isWhole || place > playout.sent { count += 1 }
        }
        return count
    }

    /// The first sentence that the voice still owes something of.
    var owed: Int? { sentences.firstIndex { !$0.isWhole } }

    /// All that it will ever have is there.
    var isWhole: Bool { !isOpen && owed == nil }

    var hasBegun: Bool { playout.firstSentAt != nil }

    var generated: String { sentences.map(\.text).joined(separator: " ") }

    /// Nil if that is not known yet.
    var totalFor: Milliseconds? { isWhole ? available : nil }

    /// What of it can be heard in so much of its sound.
    func text(after heard: Milliseconds) -> String {
        var rest = heard
        var text = ""
        for sentence in sentences {
            let said = sentence.said(after: rest)
            if !said.isEmpty { text += text.isEmpty ? String(said) : " " + said }
            guard sentence.isWhole, rest >= sentence.length else { break }
            rest -= sentence.length
        }
        return text
    }

    mutating func add(_ text: String, rate: Int, at now: Instant) -> Int {
        if owed == nil { lastVoiceAt = now }
        sentences.append(Sentence(text: text, rate: rate, at: now))
        return sentences.count - 1
    }

    /// False if there is no such sentence, or it is over.
    mutating func voiced(_ place: Int, _ length: Milliseconds, at now: Instant) -> Bool {
        guard sentences.indices.contains(place), !sentences[place].isWhole, length > 0 else { return false }
        sentences[place].length += length
        firstVoicedAt = firstVoicedAt ?? now
        lastVoiceAt = now
        measure()
        return true
    }

    mutating func timed(_ place: Int, _ words: [WordTime]) {
        guard sentences.indices.contains(place) else { return }
        sentences[place].words += words
    }

    mutating func voiceEnded(_ place: Int, at now: Instant) {
        guard sentences.indices.contains(place), !sentences[place].isWhole else { return }
        sentences[place].isWhole = true
        lastVoiceAt = now
        measure()
    }

    /// Asked of another voice.
    mutating func askedAgain(_ place: Int) { sentences[place].attempts += 1 }

    /// The rest of this sentence will not come.
    mutating func truncate(_ place: Int) {
        sentences[place].isTruncated = true
        sentences[place].isWhole = true
        measure()
    }

    /// No more of any of them.
    mutating func truncateAll() {
        isOpen = false
        for place in sentences.indices where !sentences[place].isWhole {
            sentences[place].isTruncated = true
            sentences[place].isWhole = true
        }
        measure()
    }

    private mutating func measure() {
        available = 0
        for sentence in sentences {
            available += sentence.length
            guard sentence.isWhole else { break }
        }
    }
}
