/// What is to be said, as sentences that Flite can read.
struct FliteText: Hashable, Sendable {
    static let lettersMin = SentenceCutter.lettersMin
    static let lettersMax = SentenceCutter.lettersMax

    private var cutter = SentenceCutter()

    /// What can be said now.
    mutating func add(_ text: String) -> [FliteSentence] { cutter.add(text).compactMap(Self.sentence) }

    /// The rest; nil if there is none.
    mutating func finish() -> FliteSentence? { cutter.finish().flatMap(Self.sentence) }

    private static func sentence(_ text: String) -> FliteSentence? {
        let sentence = FliteSentence(text)
        return sentence.spoken.isEmpty ? nil : sentence
    }
}
